package dev.chancery.tuf;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.canonical.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A TUF 1.0 repository in a directory. Its root and targets keys are its publisher's, so their
 * metadata is signed here; timestamps and snapshots are signed by Chancery.
 */
final class TufRepository {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SPECIFICATION = "1.0.31";

  private final Path directory;
  private final RepositoryName name;
  private final ChanceryClient chancery;
  private final ChanceryClient operator;
  private final PublishersKey targets = PublishersKey.make();
  private PublishersKey root = PublishersKey.make();
  private KeyInfo timestampKey;
  private KeyInfo snapshotKey;
  private int rootVersion;
  private int timestampVersion;
  private int snapshotVersion;

  /** A key of the publisher, P-256. */
  private record PublishersKey(KeyPair pair, Map<String, Object> object, String id) {
    static PublishersKey make() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        String pem =
            "-----BEGIN PUBLIC KEY-----\n"
                + lines.encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Map<String, Object> object =
            Map.of(
                "keytype",
                "ecdsa",
                "keyval",
                Map.of("public", pem),
                "scheme",
                "ecdsa-sha2-nistp256");
        return new PublishersKey(pair, object, Sha256.of(CanonicalJson.encode(object)).hex());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    Map<String, Object> sign(Map<String, Object> signed) {
      try {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(CanonicalJson.encode(signed));
        return Map.of("keyid", id, "sig", HexFormat.of().formatHex(signer.sign()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  TufRepository(Path directory, String name, ChanceryClient chancery, ChanceryClient operator)
      throws IOException {
    this.directory = directory;
    this.name = new RepositoryName(name);
    this.chancery = chancery;
    this.operator = operator;
    this.timestampKey = newKey(Role.TIMESTAMP);
    this.snapshotKey = newKey(Role.SNAPSHOT);
    Map<String, Object> signed = metadata("targets", 1, 300);
    signed.put("targets", Map.of());
    write("1.targets.json", signed, List.of(targets.sign(signed)));
    writeRoot(List.of(root));
  }

  private KeyInfo newKey(Role role) {
    return chancery.createKey(Dialect.TUF, name, role, Algorithm.ECDSA);
  }

  Path file(String file) {
    return directory.resolve(file);
  }

  /** The next snapshot and the next timestamp, which names it. */
  void publish() throws IOException {
    snapshotVersion++;
    timestampVersion++;
    Map<String, Object> snapshot = metadata("snapshot", snapshotVersion, 30);
    byte[] targetsFile = Files.readAllBytes(file("1.targets.json"));
    snapshot.put("meta", Map.of("targets.json", described(1, targetsFile)));
    byte[] file = write(snapshotVersion + ".snapshot.json", snapshot, List.of(sign(snapshot)));
    Map<String, Object> timestamp = metadata("timestamp", timestampVersion, 1);
    timestamp.put("meta", Map.of("snapshot.json", described(snapshotVersion, file)));
    var answer =
        chancery.sign(
            new KeyChoice.ById(timestampKey.keyid()),
            JSON.writeValueAsBytes(timestamp),
            file,
            targetsFile);
    write(
        "timestamp.json",
        timestamp,
        List.of(Map.of("keyid", answer.keyid().hex(), "sig", answer.sig())));
  }

  private static Map<String, Object> described(int version, byte[] file) {
    return Map.of(
        "version",
        version,
        "length",
        file.length,
        "hashes",
        Map.of("sha256", Sha256.of(file).hex()));
  }

  private Map<String, Object> sign(Map<String, Object> snapshot) throws IOException {
    var answer =
        chancery.sign(
            Role.SNAPSHOT,
            new KeyChoice.ById(snapshotKey.keyid()),
            JSON.writeValueAsBytes(snapshot),
            null);
    return Map.of("keyid", answer.keyid().hex(), "sig", answer.sig());
  }

  /** Replaces the timestamp key, in a new root. */
  void rotateTimestampKey() throws IOException {
    timestampKey = newKey(Role.TIMESTAMP);
    writeRoot(List.of(root));
  }

  /** Replaces the snapshot key, in a new root. */
  void rotateSnapshotKey() throws IOException {
    snapshotKey = newKey(Role.SNAPSHOT);
    writeRoot(List.of(root));
  }

  /** Replaces the root key: the new root is signed by both. */
  void rotateRootKey() throws IOException {
    PublishersKey before = root;
    root = PublishersKey.make();
    writeRoot(List.of(before, root));
  }

  /** Replaces both online keys and begins again at version 1 (TUF specification 5.3.11). */
  void recover() throws IOException {
    timestampKey = newKey(Role.TIMESTAMP);
    snapshotKey = newKey(Role.SNAPSHOT);
    timestampVersion = 0;
    snapshotVersion = 0;
    writeRoot(List.of(root));
  }

  private void writeRoot(List<PublishersKey> signers) throws IOException {
    rootVersion++;
    Map<String, Object> signed = metadata("root", rootVersion, 300);
    signed.put("consistent_snapshot", true);
    Map<String, Object> keys = new TreeMap<>();
    keys.put(root.id(), root.object());
    keys.put(targets.id(), targets.object());
    keys.put(timestampKey.keyid().hex(), object(timestampKey));
    keys.put(snapshotKey.keyid().hex(), object(snapshotKey));
    signed.put("keys", keys);
    signed.put(
        "roles",
        Map.of(
            "root",
            role(root.id()),
            "targets",
            role(targets.id()),
            "timestamp",
            role(timestampKey.keyid().hex()),
            "snapshot",
            role(snapshotKey.keyid().hex())));
    List<Map<String, Object>> signatures = new ArrayList<>();
    signers.forEach(signer -> signatures.add(signer.sign(signed)));
    operator.addRoot(
        name, write(rootVersion + ".root.json", signed, signatures), "published by the test");
  }

  private static Map<String, Object> role(String keyId) {
    return Map.of("keyids", List.of(keyId), "threshold", 1);
  }

  private static Map<String, Object> object(KeyInfo key) throws IOException {
    return JSON.readValue(key.keyObject(), new TypeReference<>() {});
  }

  private static Map<String, Object> metadata(String type, int version, int days) {
    Instant expires = Instant.now().plus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS);
    Map<String, Object> signed = new TreeMap<>();
    signed.put("_type", type);
    signed.put("spec_version", SPECIFICATION);
    signed.put("version", version);
    signed.put("expires", expires.toString());
    return signed;
  }

  private byte[] write(
      String file, Map<String, Object> signed, List<Map<String, Object>> signatures)
      throws IOException {
    byte[] bytes =
        JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsString(Map.of("signatures", signatures, "signed", signed))
            .getBytes(StandardCharsets.UTF_8);
    Files.write(directory.resolve(file), bytes);
    return bytes;
  }
}
