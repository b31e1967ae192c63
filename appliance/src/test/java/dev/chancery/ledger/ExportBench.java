package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.CompactRange;
import dev.chancery.audit.NoteKey;
import dev.chancery.audit.SignedNote;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.util.BigIntegers;

/** A ledger made row by row, with real keys and signatures, and exports of it, true or tampered. */
final class ExportBench {
  static final String LEDGER = "00112233445566778899aabbccddeeff";
  static final Instant START = Instant.parse("2026-08-01T12:00:00.000001Z");

  private final KeyPair auditPair = pair("Ed25519");
  private final Map<String, KeyPair> keys = new HashMap<>();
  private final Map<String, Integer> watermarks = new HashMap<>();
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private List<byte[]> bodies = new ArrayList<>();
  private CompactRange tree = new CompactRange();
  private RowChain chain = new RowChain(0, RowChain.START);
  private int seconds;

  /** What a usual ledger holds: some twenty rows, two checkpoints. */
  static ExportBench usual() {
    ExportBench bench = new ExportBench();
    bench.add("genesis", fields("format", 1, "ledger", LEDGER));
    bench.auditKey();
    bench.key("aa");
    bench.key("bb");
    for (int version = 1; version <= 3; version++) {
      bench.issue("aa", version);
      bench.issue("bb", version);
    }
    bench.refuse("aa");
    bench.checkpoint(1);
    bench.issue("aa", 4);
    bench.add(
        "key-status",
        with(bench.ofKey("bb"), "caller", "CN=op", "reason", "end", "status", "retired"));
    bench.issue("aa", 5);
    bench.add(
        "operator-action", fields("action", "look", "caller", "CN=op", "detail", "\"quoted\" \\"));
    bench.checkpoint(2);
    return bench;
  }

  /** All row bytes. */
  List<byte[]> bodies() {
    return bodies;
  }

  /** The members of a row, to be changed before {@link #remake}. */
  Map<String, Object> row(int sequence) {
    return rows.get(sequence);
  }

  List<Map<String, Object>> rows() {
    return rows;
  }

  NoteKey auditKeyOfNotes() {
    return NoteKey.of(LEDGER, Algorithm.ED25519, auditPair.getPublic().getEncoded());
  }

  /** The first row of this kind after {@code from}. */
  int find(String kind, int from) {
    for (int i = from; i < rows.size(); i++) {
      if (kind.equals(rows.get(i).get("kind"))) {
        return i;
      }
    }
    throw new AssertionError("there is no such row");
  }

  long add(String kind, Map<String, Object> fields) {
    long sequence = chain.nextSequence();
    byte[] body = chain.append(kind, START.plusSeconds(seconds++), fields);
    rows.add(fields);
    bodies.add(body);
    tree.append(chain.headHash());
    return sequence;
  }

  /** Numbers and chains all rows anew, as a forger without the audit key would. */
  void remake() {
    chain = new RowChain(0, RowChain.START);
    bodies = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      bodies.add(
          chain.append(
              String.valueOf(row.get("kind")),
              Instant.parse(String.valueOf(row.get("time"))),
              row));
    }
  }

  private void auditKey() {
    byte[] spki = auditPair.getPublic().getEncoded();
    add(
        "audit-key",
        fields(
            "algorithm", "ed25519",
            "auditKey", Sha256.of(spki).hex(),
            "caller", "CN=op",
            "keyAttributes", Sha256.of(spki).hex(),
            "publicKey", Base64.getEncoder().encodeToString(spki),
            "tokenKeyId", "01",
            "tokenLabel", "token",
            "tokenSerial", "1"));
  }

  private void key(String name) {
    keys.put(name, pair("EC"));
    byte[] spki = keys.get(name).getPublic().getEncoded();
    add(
        "key",
        with(
            ofKey(name),
            "algorithm",
            "ecdsa",
            "caller",
            "CN=trust",
            "publicKey",
            Base64.getEncoder().encodeToString(spki)));
  }

  /** A key of RSA-PSS, made once: that takes long. */
  void rsaKey(String name) {
    keys.put(name, Rsa.PAIR);
    byte[] spki = Rsa.PAIR.getPublic().getEncoded();
    add(
        "key",
        with(
            ofKey(name),
            "algorithm",
            "rsa-2048",
            "caller",
            "CN=trust",
            "publicKey",
            Base64.getEncoder().encodeToString(spki)));
  }

  private static final class Rsa {
    static final KeyPair PAIR = pair("RSA");

    private Rsa() {}
  }

  Map<String, Object> ofKey(String name) {
    return fields(
        "dialect", "notary",
        "keyid", name.repeat(32),
        "mode", "resident",
        "repository", "registry.example/" + name,
        "role", "timestamp");
  }

  /** Admits and signs. */
  void issue(String name, int version) {
    byte[] signed = text(name, version);
    long decision = admit(name, version, Sha256.of(signed));
    byte[] signature = sign(Objects.requireNonNull(keys.get(name)), signed);
    issued(decision, name, version, signature);
  }

  /** Admits and signs with this k, which a good token uses once and never says. */
  long issueWith(BigInteger k, String name, int version) {
    Sha256 digest = Sha256.of(text(name, version));
    long decision = admit(name, version, digest);
    return issued(decision, name, version, ecdsa(k, name, digest));
  }

  /** The text that was signed as {@code version}. */
  static byte[] text(String name, int version) {
    return ("timestamp " + name + version).getBytes(StandardCharsets.UTF_8);
  }

  long issued(long decision, String name, int version, byte[] signature) {
    return add(
        "issued",
        fields(
            "decision",
            decision,
            "keyid",
            name.repeat(32),
            "mode",
            "resident",
            "signature",
            Base64.getEncoder().encodeToString(signature),
            "version",
            version));
  }

  // r = x(k * G) mod n, s = (z + r * d) / k mod n (FIPS 186-5, 6.4.1).
  private byte[] ecdsa(BigInteger k, String name, Sha256 digest) {
    var curve = CustomNamedCurves.getByName("P-256");
    BigInteger n = curve.getN();
    BigInteger d = ((ECPrivateKey) Objects.requireNonNull(keys.get(name)).getPrivate()).getS();
    BigInteger r = curve.getG().multiply(k).normalize().getAffineXCoord().toBigInteger().mod(n);
    BigInteger z = new BigInteger(1, digest.bytes());
    BigInteger s = z.add(r.multiply(d)).multiply(k.modInverse(n)).mod(n);
    ByteArrayOutputStream signature = new ByteArrayOutputStream();
    signature.writeBytes(BigIntegers.asUnsignedByteArray(32, r));
    signature.writeBytes(BigIntegers.asUnsignedByteArray(32, s));
    return signature.toByteArray();
  }

  long admit(String name, int version, Sha256 digest) {
    return add("decision", admission(name, version, digest));
  }

  /** Admits what row {@code repeats} knows already. */
  long admit(String name, int version, Sha256 digest, long repeats) {
    return add("decision", with(admission(name, version, digest), "repeats", repeats));
  }

  /** Sets the key to what it signed as {@code version}. */
  long rebase(String name, int version) {
    Sha256 document = Sha256.of(text(name, version));
    return add(
        "re-base",
        with(
            ofKey(name),
            "caller",
            "CN=op",
            "canonicalSha256",
            document.hex(),
            "digest",
            document.hex(),
            "reason",
            "lost commits",
            "watermarkAfter",
            version,
            "watermarkBefore",
            Objects.requireNonNull(watermarks.put(name, version))));
  }

  private Map<String, Object> admission(String name, int version, Sha256 digest) {
    Map<String, Object> fields =
        with(
            ofKey(name),
            "caller",
            "CN=trust",
            "canonicalSha256",
            digest.hex(),
            "operation",
            "sign-timestamp",
            "outcome",
            "admitted",
            "version",
            version,
            "watermarkAfter",
            version);
    Integer before = watermarks.put(name, version);
    if (before != null) {
      fields.put("watermarkBefore", before);
    }
    return fields;
  }

  private void refuse(String name) {
    add(
        "decision",
        with(
            ofKey(name),
            "caller",
            "CN=trust",
            "control",
            "VERSION_ROLLBACK",
            "observed",
            "1",
            "operation",
            "sign-timestamp",
            "outcome",
            "refused"));
  }

  /** Signs a checkpoint over all rows so far. */
  long checkpoint(int epoch) {
    return checkpoint(epoch, tree.root(), chain.headHash());
  }

  /** Signs a checkpoint over all rows so far that says this of them. */
  long checkpoint(int epoch, Sha256 root, Sha256 head) {
    return checkpoint(this, epoch, root, head);
  }

  /** Takes up the audit key of {@code signer}, which signs a checkpoint over all rows so far. */
  long checkpointBy(ExportBench signer, int epoch) {
    Map<String, Object> key = new HashMap<>(signer.row(1));
    add("audit-key", key);
    return checkpoint(signer, epoch, tree.root(), chain.headHash());
  }

  private long checkpoint(ExportBench signer, int epoch, Sha256 root, Sha256 head) {
    Checkpoint made =
        new Checkpoint(LEDGER, tree.size(), root, head, epoch, START.plusSeconds(seconds));
    return add(
        "checkpoint",
        fields(
            "auditKey", signer.auditKeyOfNotes().fingerprint().hex(),
            "epoch", epoch,
            "headHash", head.hex(),
            "reason", "request",
            "rootHash", root.hex(),
            "signature", signer.signatureOf(made).base64(),
            "treeSize", made.treeSize()));
  }

  private Checkpoint made(int epoch) {
    return new Checkpoint(
        LEDGER, tree.size(), tree.root(), chain.headHash(), epoch, START.plusSeconds(seconds));
  }

  private RawSignature signatureOf(Checkpoint made) {
    return new RawSignature(
        sign("Ed25519", auditPair, made.text().getBytes(StandardCharsets.UTF_8)));
  }

  /** The note of a checkpoint over all rows so far that stands in no row. */
  SignedNote note() {
    Checkpoint made = made(9);
    return made.signed(auditKeyOfNotes(), signatureOf(made));
  }

  /** The export of the rows as they are now. */
  byte[] export() {
    return export(bodies, bodies.size());
  }

  static byte[] export(List<byte[]> lines, int rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new ExportHeader(LEDGER, 0, rows, List.of(), List.of(), List.of()).line());
    out.write('\n');
    for (byte[] line : lines) {
      out.writeBytes(line);
      out.write('\n');
    }
    return out.toByteArray();
  }

  static Map<String, Object> fields(Object... namesAndValues) {
    return with(new HashMap<>(), namesAndValues);
  }

  static Map<String, Object> with(Map<String, Object> fields, Object... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  private static KeyPair pair(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(256);
      } else if (algorithm.equals("RSA")) {
        generator.initialize(2048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sign(KeyPair pair, byte[] message) {
    return sign(
        pair.getPublic() instanceof RSAPublicKey ? "RSASSA-PSS" : "SHA256withECDSAinP1363Format",
        pair,
        message);
  }

  private static byte[] sign(String algorithm, KeyPair pair, byte[] message) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      if (algorithm.equals("RSASSA-PSS")) {
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      }
      signature.initSign(pair.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
