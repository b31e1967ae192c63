package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in the token after each operation, seen past the port. */
@SoftHsmToken
class SoftHsmKeysTest {
  private static final byte[] P256 = HexFormat.of().parseHex("06082a8648ce3d030107");
  private static final long CKK_EC = 3;
  private static final byte[] SECRET_SCALAR =
      HexFormat.of().parseHex("11223344556677889900aabbccddeeff11223344556677889900aabbccddeeff");

  private final SoftHsm softHsm;
  private final Cryptoki cryptoki;
  private final Pkcs11Token token;
  private long slot;
  private long session;

  SoftHsmKeysTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
    this.token = softHsm.open();
    this.cryptoki = Cryptoki.load(softHsm.modulePath());
  }

  @BeforeEach
  void openSession() {
    slot = Slots.find(cryptoki, softHsm.label(), Optional.of(softHsm.serial())).slot();
    session = cryptoki.openSession(slot);
  }

  @AfterEach
  void close() {
    cryptoki.closeSession(session);
    token.close();
  }

  private int objects() {
    return cryptoki.find(session, new Template()).length;
  }

  private String refusalOf(String id) {
    var thrown = assertThrows(TokenException.class, () -> token.find(id));
    assertEquals("KEY_ATTRIBUTES", thrown.ckr());
    assertFalse(token.keys().stream().anyMatch(key -> key.id().equals(id)));
    return String.valueOf(thrown.getMessage());
  }

  private static Template privateKey(String id) {
    return new Template()
        .with(Cka.CKA_TOKEN, true)
        .with(Cka.CKA_PRIVATE, true)
        .with(Cka.CKA_SIGN, true)
        .with(Cka.CKA_SIGN_RECOVER, false)
        .with(Cka.CKA_DECRYPT, false)
        .with(Cka.CKA_UNWRAP, false)
        .with(Cka.CKA_DERIVE, false)
        .with(Cka.CKA_MODIFIABLE, false)
        .with(Cka.CKA_ID, id);
  }

  private void generateDirectly(Template privateKey) {
    cryptoki.generateKeyPair(
        session,
        new Mechanism(Ckm.EC_KEY_PAIR_GEN),
        SpecMechanisms.publicTemplate(KeySpec.EC_P256),
        privateKey);
  }

  @Test
  void anExtractableKeyIsRefusedByThatName() {
    generateDirectly(
        privateKey("extractable").with(Cka.CKA_SENSITIVE, true).with(Cka.CKA_EXTRACTABLE, true));
    String message = refusalOf("extractable");
    assertTrue(message.contains("CKA_EXTRACTABLE is true, must be false"), message);
    assertTrue(message.contains("CKA_NEVER_EXTRACTABLE is false, must be true"), message);
    assertFalse(message.contains("CKA_LOCAL"), message);
  }

  @Test
  void aKeyMadeElsewhereThatCouldBeReadOutAgainIsRefusedByThatName() {
    cryptoki.createObject(
        session,
        privateKey("imported")
            .with(Cka.CKA_CLASS, Cka.CKO_PRIVATE_KEY)
            .with(Cka.CKA_KEY_TYPE, CKK_EC)
            .with(Cka.CKA_SENSITIVE, true)
            .with(Cka.CKA_EXTRACTABLE, true)
            .with(Cka.CKA_EC_PARAMS, P256)
            .with(Cka.CKA_VALUE, SECRET_SCALAR));
    String message = refusalOf("imported");
    assertTrue(message.contains("CKA_EXTRACTABLE is true, must be false"), message);
    assertFalse(message.contains("CKA_LOCAL"), message);
  }

  @Test
  void aKeyThatMayAlsoUnwrapOrBeAlteredIsRefused() {
    generateDirectly(
        new Template()
            .with(Cka.CKA_TOKEN, true)
            .with(Cka.CKA_PRIVATE, true)
            .with(Cka.CKA_SENSITIVE, true)
            .with(Cka.CKA_EXTRACTABLE, false)
            .with(Cka.CKA_SIGN, true)
            .with(Cka.CKA_UNWRAP, true)
            .with(Cka.CKA_ID, "unwraps"));
    String message = refusalOf("unwraps");
    assertTrue(message.contains("CKA_UNWRAP is true, must be false"), message);
    assertTrue(message.contains("CKA_MODIFIABLE is true, must be false"), message);
  }

  @Test
  void aKeyWithoutItsCertificateIsSaidToBeIncomplete() {
    generateDirectly(
        privateKey("bare").with(Cka.CKA_SENSITIVE, true).with(Cka.CKA_EXTRACTABLE, false));
    var thrown = assertThrows(TokenException.class, () -> token.find("bare"));
    assertEquals("KEY_INCOMPLETE", thrown.ckr());
  }

  @Test
  void twoKeysOfOneIdAreNeitherOfThemUsed() {
    token.generate(KeySpec.EC_P256, "twice");
    generateDirectly(
        privateKey("twice").with(Cka.CKA_SENSITIVE, true).with(Cka.CKA_EXTRACTABLE, false));
    var thrown = assertThrows(TokenException.class, () -> token.find("twice"));
    assertEquals("ID_AMBIGUOUS", thrown.ckr());
    assertFalse(token.keys().stream().anyMatch(key -> key.id().equals("twice")));
  }

  @Test
  void aNewKeyIsTwoObjectsAndNoPublicKeyObjectLeaks() {
    int before = objects();
    for (KeySpec spec : List.of(KeySpec.EC_P256, KeySpec.ED25519, KeySpec.RSA_2048)) {
      token.generate(spec, "two-objects-" + spec);
    }
    assertEquals(before + 6, objects());
  }

  @Test
  void aGenerationThatFailsHalfwayLeavesNothing() {
    int before = objects();
    KeyMaker failing =
        new KeyMaker(
            cryptoki,
            slot,
            new KeyReader(cryptoki),
            () -> {
              throw new TokenException("CKR_DEVICE_ERROR", "as this test demands");
            });
    long own = cryptoki.openSession(slot);
    var thrown =
        assertThrows(TokenException.class, () -> failing.make(own, KeySpec.EC_P256, "orphan"));
    cryptoki.closeSession(own);
    assertEquals("CKR_DEVICE_ERROR", thrown.ckr());
    assertEquals(before, objects());
    assertTrue(token.find("orphan").isEmpty());
    assertEquals("orphan", token.generate(KeySpec.EC_P256, "orphan").id());
  }

  @Test
  void theSecretCannotBeRead() {
    token.generate(KeySpec.EC_P256, "closed");
    long handle =
        cryptoki
            .find(
                session,
                new Template().with(Cka.CKA_CLASS, Cka.CKO_PRIVATE_KEY).with(Cka.CKA_ID, "closed"))[
            0];
    var values = cryptoki.attributes(session, handle, Map.of(Cka.CKA_VALUE, 64));
    assertTrue(values.isEmpty());
  }

  @Test
  void pkcs11ToolSeesANeverExtractableLocalKey() throws IOException, InterruptedException {
    token.generate(KeySpec.EC_P256, "opensc-reads-this");
    String listing = pkcs11Tool("--list-objects", "--type", "privkey");
    String key = listing.substring(listing.indexOf("opensc-reads-this"));
    assertTrue(
        key.contains("sensitive, always sensitive, never extractable, local"),
        "pkcs11-tool says: " + listing);
  }

  private String pkcs11Tool(String... arguments) throws IOException, InterruptedException {
    Path tool = Path.of("/usr/bin/pkcs11-tool");
    assertTrue(Files.isExecutable(tool), "pkcs11-tool is missing: apt-get install opensc");
    List<String> command = new ArrayList<>(List.of(tool.toString()));
    command.addAll(List.of("--module", softHsm.modulePath().toString()));
    command.addAll(List.of("--token-label", softHsm.label(), "--login"));
    command.addAll(List.of("--pin", Files.readString(softHsm.userPinFile()).strip()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(softHsm.environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  @Test
  void aDataObjectIsPrivateAndCannotBeChangedInPlace() {
    token.replaceData("anchor", "value".getBytes(StandardCharsets.US_ASCII));
    long[] objects = cryptoki.find(session, data("anchor"));
    assertEquals(1, objects.length);
    Map<Cka, byte[]> seen =
        cryptoki.attributes(session, objects[0], Map.of(Cka.CKA_PRIVATE, 1, Cka.CKA_MODIFIABLE, 1));
    assertArrayEquals(new byte[] {1}, seen.get(Cka.CKA_PRIVATE));
    assertArrayEquals(new byte[] {0}, seen.get(Cka.CKA_MODIFIABLE));
    token.close();
    assertEquals(0, cryptoki.find(session, data("anchor")).length, "nobody is logged in");
  }

  @Test
  void bothValuesAreReadWhereACrashLeftTheOldOneBesideTheNew() {
    token.replaceData("crashed", "old".getBytes(StandardCharsets.US_ASCII));
    cryptoki.createObject(
        session,
        data("crashed")
            .with(Cka.CKA_PRIVATE, true)
            .with(Cka.CKA_VALUE, "new".getBytes(StandardCharsets.US_ASCII)));
    assertEquals(List.of("new", "old"), values("crashed"));
    token.replaceData("crashed", "newest".getBytes(StandardCharsets.US_ASCII));
    assertEquals(List.of("newest"), values("crashed"));
  }

  @Test
  void aValueThatIsTooLongIsThereButGivenAsNoBytes() {
    cryptoki.createObject(
        session, data("long").with(Cka.CKA_PRIVATE, true).with(Cka.CKA_VALUE, new byte[5000]));
    assertEquals(List.of(""), values("long"));
  }

  @Test
  void whatAnotherApplicationKeepsIsNotSeen() {
    cryptoki.createObject(
        session,
        new Template()
            .with(Cka.CKA_CLASS, Cka.CKO_DATA)
            .with(Cka.CKA_TOKEN, true)
            .with(Cka.CKA_APPLICATION, "other")
            .with(Cka.CKA_LABEL, "shared")
            .with(Cka.CKA_VALUE, "theirs"));
    assertEquals(List.of(), values("shared"));
  }

  private List<String> values(String label) {
    return token.data(label).stream()
        .map(value -> new String(value, StandardCharsets.US_ASCII))
        .sorted()
        .toList();
  }

  private static Template data(String label) {
    return new Template()
        .with(Cka.CKA_CLASS, Cka.CKO_DATA)
        .with(Cka.CKA_TOKEN, true)
        .with(Cka.CKA_APPLICATION, "chancery")
        .with(Cka.CKA_LABEL, label);
  }
}
