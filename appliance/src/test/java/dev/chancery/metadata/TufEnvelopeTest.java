package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TUF 1.0 files of other implementations, and small changes to them. */
class TufEnvelopeTest {
  private static final TufDialect TUF = MetadataDialects.tuf();
  private static final String ED25519_PREFIX = "302a300506032b6570032100";

  @ParameterizedTest
  @ValueSource(strings = {"python-tuf/repository", "tuf-js-example"})
  void verifiesTheTimestampAndSnapshotOfOtherImplementations(String name) {
    Path directory = Samples.vectors(name);
    for (Role role : Role.values()) {
      VerifiedEnvelope verified =
          TUF.verifyEnvelope(
              Samples.bytes(directory.resolve(role.id() + ".json")),
              role,
              FormOptions.DEFAULT,
              keys(directory, role));
      assertEquals(1, verified.signers().size());
      assertEquals(1, verified.metadata().version().number());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"python-tuf/repository", "tuf-js-example"})
  void theSnapshotIsTheOneThatTheTimestampNames(String name) {
    Path directory = Samples.vectors(name);
    byte[] snapshot = Samples.bytes(directory.resolve("snapshot.json"));
    var timestamp =
        TUF.verifyEnvelope(
            Samples.bytes(directory.resolve("timestamp.json")),
            Role.TIMESTAMP,
            FormOptions.DEFAULT,
            keys(directory, Role.TIMESTAMP));
    var keys = keys(directory, Role.SNAPSHOT);
    TUF.verifySnapshot(timestamp.metadata(), snapshot, FormOptions.DEFAULT, keys);
    byte[] longer = (text(snapshot) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] other = text(snapshot).replace("2030", "2031").getBytes(StandardCharsets.UTF_8);
    for (byte[] wrong : new byte[][] {longer, other}) {
      var refused =
          assertThrows(
              RefusedException.class,
              () -> TUF.verifySnapshot(timestamp.metadata(), wrong, FormOptions.DEFAULT, keys));
      assertEquals(Refusal.SNAPSHOT_MISMATCH, refused.reason());
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "as it is                    | pass              | xyzzy                  | ",
        "without blanks              | pass              | \\s                    | ",
        "another signature           | SIGNATURE_INVALID | \"sig\": \"[0-9a-f]{2} | \"sig\": \"00",
        "in upper case               | MALFORMED         | \"sig\": \"[0-9a-f]    | \"sig\": \"A",
        "an odd digit                | MALFORMED         | \"sig\": \"[0-9a-f]    | \"sig\": \"",
        "by a key without a place    | KEY_UNKNOWN       | \"keyid\": \"[0-9a-f]  | \"keyid\": \"x",
        "an empty signature          | KEY_UNKNOWN       | \"sig\": \"[0-9a-f]+   | \"sig\": \"",
        "no signatures               | KEY_UNKNOWN       | \\[(?s).*?\\]          | []",
        "a method in it              | UNKNOWN_FIELD     | \"sig\":               | \"method\": 1, \"sig\":",
        "no list                     | MALFORMED         | \\[(?s).*?\\]          | {}",
        "other metadata in it        | SIGNATURE_INVALID | 2030-01-01             | 2030-01-02",
        "another member around it    | UNKNOWN_FIELD     | \"signed\":            | \"a\":1,\"signed\":",
      })
  void judges(String name, String verdict, String pattern, String instead) {
    Path directory = Samples.vectors("python-tuf/repository");
    String file = text(Samples.bytes(directory.resolve("timestamp.json")));
    byte[] changed =
        file.replaceFirst(pattern, instead == null ? "" : instead).getBytes(StandardCharsets.UTF_8);
    String judged;
    try {
      TUF.verifyEnvelope(
          changed, Role.TIMESTAMP, FormOptions.DEFAULT, keys(directory, Role.TIMESTAMP));
      judged = "pass";
    } catch (RefusedException e) {
      NotaryFormTest.assertShowable(e);
      judged = e.reason().name();
    }
    assertEquals(verdict, judged);
  }

  @Test
  void refusesTwoSignaturesByOneKeyThoughTheyVerify() {
    Path directory = Samples.vectors("python-tuf/repository");
    String file = text(Samples.bytes(directory.resolve("timestamp.json")));
    String signature = file.substring(file.indexOf('[') + 1, file.indexOf(']'));
    byte[] twice = file.replace("[", "[" + signature + ",").getBytes(StandardCharsets.UTF_8);
    var keys = keys(directory, Role.TIMESTAMP);
    var refused =
        assertThrows(
            RefusedException.class,
            () -> TUF.verifyEnvelope(twice, Role.TIMESTAMP, FormOptions.DEFAULT, keys));
    assertEquals(Refusal.MALFORMED, refused.reason());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The Ed25519 keys of a role of a root. */
  private static Function<KeyId, Optional<VerificationKey>> keys(Path directory, Role role) {
    JsonNode root = Samples.json(directory.resolve("root.json")).get("signed");
    Map<KeyId, VerificationKey> keys = new java.util.HashMap<>();
    for (JsonNode id : root.at("/roles/" + role.id() + "/keyids")) {
      String point = root.get("keys").get(id.asText()).at("/keyval/public").asText();
      keys.put(
          new KeyId(id.asText()),
          VerificationKey.parse(
              Algorithm.ED25519, HexFormat.of().parseHex(ED25519_PREFIX + point)));
    }
    return id -> Optional.ofNullable(keys.get(id));
  }
}
