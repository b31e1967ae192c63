package dev.chancery.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.canonical.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A TUF 1.0 repository in a directory. Root and targets are signed by its publisher's own keys,
 * timestamps and snapshots by the appliance.
 */
final class TufRepository {
  static final RepositoryName NAME = new RepositoryName("tuf.example/demo");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEAM = "team.json";

  private final Path directory;
  private final Stage stage;
  private final Instant now;
  private final PublisherKey root = PublisherKey.make();
  private final PublisherKey targets = PublisherKey.make();
  private final byte[] targetsFile;
  private final List<Made> made = new ArrayList<>();
  private KeyInfo timestampKey;
  private KeyInfo snapshotKey;
  private byte[] snapshotFile = {};
  private int rootVersion;
  private int version;

  /** A signature by {@code key} over the canonical form of {@code signed}. */
  record Made(KeyInfo key, Map<String, Object> signed, SignedMetadata answer) {
    /** Whether it verifies in the JDK's own ECDSA. */
    boolean verifies() throws GeneralSecurityException {
      byte[] der = Base64.getDecoder().decode(key.publicKey());
      PublicKey publicKey =
          KeyFactory.getInstance("EC", "SunEC").generatePublic(new X509EncodedKeySpec(der));
      Signature verifier = Signature.getInstance("SHA256withECDSA", "SunEC");
      verifier.initVerify(publicKey);
      verifier.update(CanonicalJson.encode(signed));
      return verifier.verify(HexFormat.of().parseHex(answer.sig()));
    }
  }

  TufRepository(Path directory, Stage stage, Instant now)
      throws IOException, GeneralSecurityException {
    this.directory = Files.createDirectories(directory);
    this.stage = stage;
    this.now = now;
    this.timestampKey = newKey(Role.TIMESTAMP);
    this.snapshotKey = newKey(Role.SNAPSHOT);
    Map<String, Object> signed = metadata("targets", 1, 300);
    signed.put("targets", Map.of());
    this.targetsFile = write("1.targets.json", signed, targets.sign(signed));
  }

  private KeyInfo newKey(Role role) {
    return stage.trustServer().createKey(Dialect.TUF, NAME, role, Algorithm.ECDSA);
  }

  /** Signs the next root with the publisher's key, and registers it. */
  void publishRoot() throws IOException, GeneralSecurityException {
    rootVersion++;
    Map<String, Object> signed = metadata("root", rootVersion, 300);
    signed.put("consistent_snapshot", true);
    signed.put(
        "keys",
        Map.of(
            root.id(),
            root.object(),
            targets.id(),
            targets.object(),
            id(timestampKey),
            object(timestampKey),
            id(snapshotKey),
            object(snapshotKey)));
    signed.put(
        "roles",
        Map.of(
            "root",
            role(root.id()),
            "targets",
            role(targets.id()),
            "timestamp",
            role(id(timestampKey)),
            "snapshot",
            role(id(snapshotKey))));
    byte[] file = write(rootVersion + ".root.json", signed, root.sign(signed));
    stage.operator().addRoot(NAME, file, "published by the demo");
  }

  /** Has the next snapshot signed, and the next timestamp once all it leads to was checked. */
  SignedMetadata publish() throws IOException, GeneralSecurityException {
    version++;
    Map<String, Object> snapshot = snapshot(meta -> {});
    SignedMetadata signature =
        stage
            .trustServer()
            .sign(Role.SNAPSHOT, chosen(snapshotKey), CanonicalJson.encode(snapshot), null);
    made.add(new Made(snapshotKey, snapshot, signature));
    snapshotFile = write(version + ".snapshot.json", snapshot, element(signature));
    Map<String, Object> timestamp = timestamp(version, signed -> {});
    SignedMetadata answer =
        stage
            .trustServer()
            .sign(chosen(timestampKey), CanonicalJson.encode(timestamp), snapshotFile, targetsFile);
    made.add(new Made(timestampKey, timestamp, answer));
    write("timestamp.json", timestamp, element(answer));
    return answer;
  }

  /** Makes a new timestamp key; the next root lists it. */
  void rotateTimestampKey() {
    timestampKey = newKey(Role.TIMESTAMP);
  }

  /** A timestamp of this version that names the newest snapshot, but for {@code change}. */
  Map<String, Object> timestamp(int number, Consumer<Map<String, Object>> change) {
    Map<String, Object> signed = metadata("timestamp", number, 1);
    signed.put("meta", new TreeMap<>(Map.of("snapshot.json", described(version, snapshotFile))));
    change.accept(signed);
    return signed;
  }

  /** The next snapshot, but for {@code change} in what it names. */
  Map<String, Object> snapshot(Consumer<Map<String, Object>> change) {
    Map<String, Object> meta = new TreeMap<>();
    meta.put("targets.json", described(1, targetsFile));
    meta.put(TEAM, Map.of("version", 1 + version));
    change.accept(meta);
    Map<String, Object> signed = metadata("snapshot", version, 30);
    signed.put("meta", meta);
    return signed;
  }

  int version() {
    return version;
  }

  KeyChoice timestampKey() {
    return chosen(timestampKey);
  }

  KeyChoice snapshotKey() {
    return chosen(snapshotKey);
  }

  byte[] snapshotFile() {
    return snapshotFile.clone();
  }

  byte[] targetsFile() {
    return targetsFile.clone();
  }

  Path directory() {
    return directory;
  }

  /** Every signature the appliance made. */
  List<Made> made() {
    return List.copyOf(made);
  }

  private static KeyChoice chosen(KeyInfo key) {
    return new KeyChoice.ById(key.keyid());
  }

  private static String id(KeyInfo key) {
    return key.keyid().hex();
  }

  private static Map<String, Object> object(KeyInfo key) throws JsonProcessingException {
    return JSON.readValue(key.keyObject(), new TypeReference<>() {});
  }

  private static Map<String, Object> element(SignedMetadata answer) {
    return Map.of("keyid", answer.keyid().hex(), "sig", answer.sig());
  }

  private static Map<String, Object> role(String keyId) {
    return Map.of("keyids", List.of(keyId), "threshold", 1);
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

  private Map<String, Object> metadata(String type, int number, int days) {
    Map<String, Object> signed = new TreeMap<>();
    signed.put("_type", type);
    signed.put("spec_version", "1.0.31");
    signed.put("version", number);
    signed.put(
        "expires", now.plus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS).toString());
    return signed;
  }

  private byte[] write(String name, Map<String, Object> signed, Map<String, Object> signature)
      throws IOException {
    byte[] bytes =
        JSON.writeValueAsBytes(Map.of("signatures", List.of(signature), "signed", signed));
    Files.write(directory.resolve(name), bytes);
    return bytes;
  }
}
