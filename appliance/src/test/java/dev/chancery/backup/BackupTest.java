package dev.chancery.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.audit.BackupSeal;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.cli.init.Pem;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.LedgerHead;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerRestore;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.ledger.TreeHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups written, read, damaged and forged; without a token. */
class BackupTest {
  private static final String LEDGER_ID = "0123456789abcdef0123456789abcdef";
  private static final Instant NOW = Instant.parse("2026-05-04T03:02:01.654321Z");
  private static final KeyPair RECIPIENT = Certificates.ec("secp256r1");
  private static final KeyPair AUDIT = Certificates.ed25519();
  private static final char[] PASSPHRASE = {'o', 'p', 'e', 'n', ' ', 's', 'e', 's', 'a', 'm', 'e'};

  @TempDir Path directory;

  private Path ledgerFile;
  private SqliteLedger ledger;
  private AuditKey auditKey;
  private Path file;

  @BeforeEach
  void makeLedger() {
    ledgerFile = directory.resolve("ledger.db");
    SqliteLedger.create(ledgerFile, LEDGER_ID, NOW);
    ledger = SqliteLedger.open(ledgerFile, () -> NOW);
    auditKey =
        new AuditKey(
            Algorithm.ED25519,
            new TokenPlace("token", "0001", "audit-1", Sha256.of(new byte[1])),
            new PublicKeyInfo(AUDIT.getPublic().getEncoded()),
            NOW);
    ledger.addAuditKey(auditKey, "chancery").join();
    TreeHead head = ledger.treeHead();
    Checkpoint made =
        new Checkpoint(LEDGER_ID, head.size(), head.rootHash(), head.headHash(), 1, NOW);
    ledger.checkpoint(made, auditKey, signed(AUDIT, made.text()), "start").join();
    ledger.operatorAction("CN=operator", "clock-confirmed", "of the test", NOW).join();
    file = directory.resolve("monday");
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private static RawSignature signed(KeyPair keys, String text) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(keys.getPrivate());
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      return new RawSignature(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private SignedNote seal(LedgerHead head, Sha256 content) {
    return seal(new BackupSeal(LEDGER_ID, head.sequence() + 1, head.hash(), content, NOW), AUDIT);
  }

  private SignedNote seal(BackupSeal seal, KeyPair by) {
    return seal.signed(auditKey.noteKey(LEDGER_ID), signed(by, seal.text()));
  }

  private Recipient recipient(KeyPair keys) throws IOException {
    Path certificate = directory.resolve("recipient-" + keys.hashCode() + ".crt");
    return Recipient.read(
        Certificates.write(
            certificate, keys, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(1)), 0),
        NOW);
  }

  private RecipientKey key(KeyPair keys) throws IOException {
    Path pem = directory.resolve("key-" + keys.hashCode() + ".pem");
    Files.writeString(pem, Pem.of(keys.getPrivate()));
    return RecipientKey.read(pem, BackupTest::noPassphrase);
  }

  private static char[] noPassphrase() {
    throw new AssertionError("no passphrase was to be asked for");
  }

  private static BackupWriter.Surroundings surroundings() {
    return new BackupWriter.Surroundings(
        "1.2.3",
        "ledger/ledger.db",
        List.of(
            new BackupFile("chancery.yaml", new byte[] {'a', 0, '\n', (byte) 0xff}),
            new BackupFile("tls/server.crt", "PEM".getBytes(StandardCharsets.US_ASCII))),
        List.of("pins/user.pin"));
  }

  private void write(BackupWriter.Sealer sealer, KeyPair... recipients) throws IOException {
    List<Recipient> to =
        Stream.of(recipients)
            .map(
                keys -> {
                  try {
                    return recipient(keys);
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .toList();
    new BackupWriter(LedgerReader.of(ledgerFile), to).write(file, surroundings(), sealer, NOW);
  }

  private Backup verified() throws IOException {
    return Backup.verify(file, key(RECIPIENT), List.of());
  }

  private static String refusal(Executable work) {
    return String.valueOf(assertThrows(BackupException.class, work).getMessage());
  }

  private static void assertNames(String part, String message) {
    assertTrue(message.contains(part), message);
  }

  @Test
  void aBackupHoldsTheLedgerAndWhatCameAlong() throws Exception {
    write(this::seal, RECIPIENT);
    LedgerHead head = ledger.head();
    Backup backup = verified();
    assertEquals(LEDGER_ID, backup.ledgerId());
    assertEquals(head.sequence() + 1, backup.rowCount());
    assertEquals(head.hash(), backup.headHash());
    assertEquals(NOW, backup.headTime());
    assertEquals(NOW, backup.time());
    assertEquals("1.2.3", backup.program());
    assertEquals("ledger/ledger.db", backup.ledgerFile());
    assertEquals(surroundings().files(), backup.files());
    assertEquals(List.of("pins/user.pin"), backup.withheld());
    assertEquals(NOW, backup.sealed().orElseThrow());
    assertEquals(new Backup.Covered(2, 1), backup.covered().orElseThrow());
    assertEquals("0001", backup.auditKeys().getLast().tokenSerial());
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
  }

  @Test
  void itsLedgerIsMadeAgain() throws Exception {
    write(this::seal, RECIPIENT);
    Path restored = directory.resolve("restored.db");
    try (LedgerRestore into = LedgerRestore.into(restored)) {
      verified().restore(into);
      into.finish("monday", NOW);
    }
    LedgerReader reader = LedgerReader.of(restored);
    assertEquals(List.of(), LedgerVerifier.verify(reader).findings());
    for (long row = 0; row <= ledger.head().sequence(); row++) {
      assertArrayEquals(LedgerReader.of(ledgerFile).row(row), reader.row(row));
    }
  }

  @Test
  void eachOfSeveralRecipientsReadsIt() throws Exception {
    KeyPair rsa = Certificates.rsa(2048);
    KeyPair p384 = Certificates.ec("secp384r1");
    write(this::seal, rsa, RECIPIENT, p384);
    for (KeyPair each : List.of(rsa, RECIPIENT, p384)) {
      assertEquals(LEDGER_ID, Backup.verify(file, key(each), List.of()).ledgerId());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "rsa"})
  void nobodyElseReadsIt(String kind) throws Exception {
    write(this::seal, RECIPIENT, Certificates.rsa(2048));
    KeyPair other = kind.equals("rsa") ? Certificates.rsa(2048) : Certificates.ec(kind);
    assertNames(
        "is not encrypted to this key", refusal(() -> Backup.verify(file, key(other), List.of())));
  }

  @Test
  void anotherRsaKeyIsNamedWhateverNumberStandsThere() throws Exception {
    KeyPair one = Certificates.rsa(2048);
    KeyPair two = Certificates.rsa(2048);
    boolean ordered = modulus(one).compareTo(modulus(two)) > 0;
    KeyPair recipient = ordered ? one : two;
    RecipientKey smaller = key(ordered ? two : one);
    for (int i = 0; i < 20; i++) {
      write(this::seal, recipient);
      assertNames(
          "is not encrypted to this key", refusal(() -> Backup.verify(file, smaller, List.of())));
      Files.delete(file);
    }
  }

  private static BigInteger modulus(KeyPair pair) {
    return ((RSAPublicKey) pair.getPublic()).getModulus();
  }

  @Test
  void whereverABitIsFlippedItIsRefused() throws Exception {
    write(this::seal, RECIPIENT);
    byte[] good = Files.readAllBytes(file);
    RecipientKey key = key(RECIPIENT);
    // Of the content some is enough, for one tag covers it; at the end stands what it does not.
    for (int at = 0; at < good.length; at += at > good.length - 60 ? 1 : 3) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << (at % 8));
      Files.write(file, bad);
      int position = at;
      assertThrows(
          BackupException.class,
          () -> Backup.verify(file, key, List.of()),
          () -> "byte " + position + " of " + good.length);
    }
  }

  @Test
  void howeverMuchIsCutOffItIsRefused() throws Exception {
    write(this::seal, RECIPIENT);
    byte[] good = Files.readAllBytes(file);
    RecipientKey key = key(RECIPIENT);
    for (int length = good.length - 1; length >= 0; length -= length > good.length - 60 ? 1 : 41) {
      Files.write(file, Arrays.copyOf(good, length));
      int cut = length;
      assertThrows(
          BackupException.class,
          () -> Backup.verify(file, key, List.of()),
          () -> "cut to " + cut + " of " + good.length);
    }
  }

  @Test
  void whatFollowsItsEndIsRefused() throws Exception {
    write(this::seal, RECIPIENT);
    byte[] good = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThrows(BackupException.class, this::verified);
  }

  @Test
  void aBackupThatTheAuditKeyDidNotSealSaysSo() throws Exception {
    write(this::seal, RECIPIENT);
    assertTrue(verified().sealed().isPresent());
    Files.delete(file);
    new BackupWriter(LedgerReader.of(ledgerFile), List.of(recipient(RECIPIENT)))
        .write(file, surroundings(), null, NOW);
    assertTrue(verified().sealed().isEmpty());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "another key,     does not verify",
    "another content, the seal of another backup",
    "fewer rows,      the seal of another backup",
    "another row,     the seal of another backup",
    "another ledger,  not signed by an audit key of its ledger",
    "a checkpoint,    a seal has six lines",
  })
  void aSealThatIsNotItsOwnIsRefused(String what, String named) throws Exception {
    write(
        (head, content) -> {
          long rows = head.sequence() + 1;
          Sha256 other = Sha256.of(new byte[9]);
          return switch (what) {
            case "another key" ->
                seal(
                    new BackupSeal(LEDGER_ID, rows, head.hash(), content, NOW),
                    Certificates.ed25519());
            case "another content" ->
                seal(new BackupSeal(LEDGER_ID, rows, head.hash(), other, NOW), AUDIT);
            case "fewer rows" ->
                seal(new BackupSeal(LEDGER_ID, rows - 1, head.hash(), content, NOW), AUDIT);
            case "another row" -> seal(new BackupSeal(LEDGER_ID, rows, other, content, NOW), AUDIT);
            case "another ledger" ->
                seal(
                    new BackupSeal(LEDGER_ID.replace('0', '1'), rows, head.hash(), content, NOW),
                    AUDIT);
            default -> LedgerReader.of(ledgerFile).newestCheckpoint().orElseThrow().note();
          };
        },
        RECIPIENT);
    assertNames(named, refusal(this::verified));
  }

  @Test
  void aLedgerWithAnotherAuditKeyThanTheOneKnownIsRefused() throws Exception {
    write(this::seal, RECIPIENT);
    VerificationKey known =
        VerificationKey.parse(Algorithm.ED25519, AUDIT.getPublic().getEncoded());
    assertEquals(LEDGER_ID, Backup.verify(file, key(RECIPIENT), List.of(known)).ledgerId());
    VerificationKey other =
        VerificationKey.parse(Algorithm.ED25519, Certificates.ed25519().getPublic().getEncoded());
    assertNames(
        "not signed by a known audit key",
        refusal(() -> Backup.verify(file, key(RECIPIENT), List.of(other))));
  }

  /** An envelope with any text in it, as a forger makes one. */
  private void forge(Forgery forgery) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      Envelope.Sealing sealing = Envelope.seal(out, List.of(recipient(RECIPIENT)));
      try (GZIPOutputStream lines = new GZIPOutputStream(sealing.content())) {
        forgery.write(lines, sealing.head());
      }
    }
  }

  private interface Forgery {
    void write(OutputStream out, Envelope.Head head) throws IOException;
  }

  private static byte[] header(Envelope.Head head, int files) {
    return (new String(
                new BackupHeader("1", NOW, "", files, List.of(), head).line(),
                StandardCharsets.UTF_8)
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aBackupOfANewerFormatIsNamed() throws Exception {
    forge(
        (out, head) ->
            out.write(
                "{\"format\":\"chancery-backup-2\",\"new\":[1]}\n"
                    .getBytes(StandardCharsets.UTF_8)));
    String message = refusal(this::verified);
    assertNames("chancery-backup-2, made by a newer Chancery", message);
    assertNames(file.toString(), message);
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {"/etc/passwd", "../x", "a/../../x", "a//b", "", ".ssh/x", "a\\b", "a/.", "a b"})
  void aFileThatWouldBePutElsewhereIsRefused(String name) throws Exception {
    forge(
        (out, head) -> {
          out.write(header(head, 1));
          out.write(
              ("{\"content\":\"\",\"file\":\"" + name.replace("\\", "\\\\") + "\"}\n")
                  .getBytes(StandardCharsets.UTF_8));
        });
    assertNames("none of a file below", refusal(this::verified));
  }

  @ParameterizedTest(name = "{0} files")
  @ValueSource(ints = {-1, 65, Integer.MAX_VALUE})
  void moreFilesThanABackupHasAreRefused(int files) throws Exception {
    forge((out, head) -> out.write(header(head, files)));
    assertNames(files + " files", refusal(this::verified));
  }

  @Test
  void aLineWithoutAnEndIsNotReadIntoMemory() throws Exception {
    forge((out, head) -> out.write(new byte[3 << 20]));
    assertNames("a line of more than 1 MiB", refusal(this::verified));
  }

  @Test
  void whatUnpacksToMoreThanAnyLedgerIsRefused() throws Exception {
    byte[] copied = ledgerCopy();
    byte[] line =
        ("{\"budgetAt\":\""
                + NOW
                + "\",\"budgetLevel\":\"1.0\",\"caller\":\""
                + "eHh4".repeat(1 << 17)
                + "\",\"kept\":\"caller\"}\n")
            .getBytes(StandardCharsets.UTF_8);
    forge(
        (out, head) -> {
          out.write(header(head, 0));
          out.write(copied);
          for (int i = 0; i < 200; i++) {
            out.write(line);
          }
        });
    assertTrue(Files.size(file) < 1 << 20);
    assertNames("more than a hundred times its size", refusal(this::verified));
  }

  private byte[] ledgerCopy() throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    LedgerReader.of(ledgerFile).copy(copy);
    return copy.toByteArray();
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "'\"audit-1\"', '\"audit-2\"', the hash of the row before it",
    "'\"epoch\":1', '\"epoch\":2', does not verify",
    "'\"rows\":4',  '\"rows\":5',  row 4",
    "'\"rows\":4',  '\"rows\":3',  a line of what is kept",
    "'\"rows\":4',  '\"rows\":-4', no ledger where it should be",
  })
  void aLedgerThatWasChangedIsNamed(String text, String other, String named) throws Exception {
    String copy = new String(ledgerCopy(), StandardCharsets.UTF_8);
    assertTrue(copy.contains(text), "the copy has " + text);
    forge(
        (out, head) -> {
          out.write(header(head, 0));
          out.write(copy.replace(text, other).getBytes(StandardCharsets.UTF_8));
          out.write("{\"seal\":[]}\n".getBytes(StandardCharsets.UTF_8));
        });
    assertNames(named, refusal(this::verified));
  }

  @Test
  void aBackupNeverReplacesAFile() throws Exception {
    Files.writeString(file, "somebody's");
    assertThrows(FileAlreadyExistsException.class, () -> write(this::seal, RECIPIENT));
    assertEquals("somebody's", Files.readString(file));
  }

  @Test
  void aBackupThatFailsLeavesNothing() throws Exception {
    IOException failed =
        assertThrows(
            IOException.class,
            () ->
                write(
                    (head, content) -> {
                      throw new IOException("No space left on device");
                    },
                    RECIPIENT));
    assertNames("No space left on device", String.valueOf(failed.getMessage()));
    try (Stream<Path> files = Files.list(directory)) {
      assertFalse(files.anyMatch(each -> each.toString().contains("monday")));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "rsa2047,     0,  -1,  1, an RSA key of 2047 bits",
    "rsa1024,     0,  -1,  1, an RSA key of 1024 bits",
    "secp521r1,   0,  -1,  1, on neither P-256 nor P-384",
    "ed25519,     0,  -1,  1, a key of type EdDSA",
    "secp256r1,   0,  -3, -2, ended on",
    "secp256r1,   0,   2,  3, is valid only from",
    "secp256r1, 128,  -1,  1, does not allow keyAgreement",
    "rsa2048,   128,  -1,  1, does not allow keyEncipherment",
    "rsa2048,     8,  -1,  1, does not allow keyEncipherment",
  })
  void anUnfitRecipientIsNamed(String kind, int usage, int from, int to, String named)
      throws IOException {
    Path certificate = certificate(kind, usage, from, to);
    assertNames(named, refusal(() -> Recipient.read(certificate, NOW)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "rsa2048,     0, -1, 1",
    "rsa2048,    32, -1, 1",
    "secp256r1,   8, -1, 1",
    "secp384r1,   0, -1, 1",
  })
  void aFitRecipientIsTaken(String kind, int usage, int from, int to) throws IOException {
    Path certificate = certificate(kind, usage, from, to);
    assertEquals("CN=" + certificate.getFileName(), Recipient.read(certificate, NOW).toString());
  }

  private Path certificate(String kind, int usage, int from, int to) throws IOException {
    KeyPair keys =
        kind.startsWith("rsa")
            ? Certificates.rsa(Integer.parseInt(kind.substring(3)))
            : kind.equals("ed25519") ? Certificates.ed25519() : Certificates.ec(kind);
    return Certificates.write(
        directory.resolve(kind + ".crt"),
        keys,
        NOW.plus(Duration.ofDays(from)),
        NOW.plus(Duration.ofDays(to)),
        usage);
  }

  @Test
  void aKeyWithAPassphraseIsOpenedWithItAlone() throws Exception {
    write(this::seal, RECIPIENT);
    Path pem = directory.resolve("encrypted.pem");
    try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(pem))) {
      writer.writeObject(
          new JcaPKCS8Generator(
              RECIPIENT.getPrivate(),
              new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                  .setProvider(RecipientKey.BC)
                  .setPassword(PASSPHRASE)
                  .build()));
    }
    assertEquals(
        LEDGER_ID,
        Backup.verify(file, RecipientKey.read(pem, PASSPHRASE::clone), List.of()).ledgerId());
    assertNames("wrong passphrase", refusal(() -> RecipientKey.read(pem, () -> new char[] {'x'})));
  }

  @Test
  void aKeyInAPkcs12FileIsTaken() throws Exception {
    write(this::seal, RECIPIENT);
    Path p12 = directory.resolve("key.p12");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    X509Certificate certificate = recipient(RECIPIENT).certificate();
    store.setKeyEntry(
        "backup", RECIPIENT.getPrivate(), PASSPHRASE, new X509Certificate[] {certificate});
    try (OutputStream out = Files.newOutputStream(p12)) {
      store.store(out, PASSPHRASE);
    }
    assertEquals(
        LEDGER_ID,
        Backup.verify(file, RecipientKey.read(p12, PASSPHRASE::clone), List.of()).ledgerId());
    assertNames("wrong passphrase", refusal(() -> RecipientKey.read(p12, () -> new char[] {'x'})));
  }

  @Test
  void aFileWithoutAPrivateKeyIsNamed() throws IOException {
    Path certificate = certificate("secp256r1", 0, -1, 1);
    assertNames(
        "holds no private key",
        refusal(() -> RecipientKey.read(certificate, BackupTest::noPassphrase)));
  }
}
