package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.canonical.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** K-N1: key objects and key ids. */
class NotaryKeysTest {
  private static final MetadataDialect NOTARY = MetadataDialects.of(Dialect.NOTARY);

  @Test
  void givesTheKeyObjectAndTheIdThatNotaryGives() {
    int seen = 0;
    for (JsonNode key : Samples.json(Samples.directory("canonical-json").resolve("keyids.json"))) {
      Algorithm algorithm = algorithm(key.get("name").asText());
      byte[] spki = HexFormat.of().parseHex(key.get("spki_hex").asText());
      String object =
          new String(
              CanonicalJson.encode(NOTARY.keyObject(algorithm, spki)), StandardCharsets.UTF_8);
      assertEquals(key.get("notary_canonical").asText(), object);
      assertEquals(new KeyId(key.get("notary_keyid").asText()), NOTARY.keyId(algorithm, spki));
      seen++;
    }
    assertEquals(4, seen);
  }

  @Test
  void givesTheIdOfEveryKeyThatATrustServerAskedFor() {
    Path calls = Samples.vectors("notary-wire").resolve("e2e-ecdsa/calls.jsonl");
    int seen = 0;
    for (JsonNode call : Samples.jsonLines(calls)) {
      JsonNode answer = call.path("response");
      String id = answer.at("/keyInfo/keyID/ID").asText();
      if (answer.hasNonNull("publicKey")) {
        Algorithm algorithm = Algorithm.of(answer.at("/keyInfo/algorithm/algorithm").asText());
        byte[] spki = Base64.getDecoder().decode(answer.get("publicKey").asText());
        assertEquals(new KeyId(id), NOTARY.keyId(algorithm, spki));
        seen++;
      }
    }
    assertEquals(65, seen, "10 CreateKey and 55 GetKeyInfo");
  }

  @Test
  void theServerGetsEd25519KeysAs32BytesAndOthersInDer() {
    byte[] raw = new byte[32];
    Arrays.fill(raw, (byte) 7);
    byte[] spki =
        HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(raw));
    assertArrayEquals(raw, NOTARY.publicKey(Algorithm.ED25519, spki));
    byte[] der = {0x30, 0x00};
    assertArrayEquals(der, NOTARY.publicKey(Algorithm.ECDSA, der));
    assertThrows(IllegalArgumentException.class, () -> NOTARY.publicKey(Algorithm.ED25519, raw));
    spki[8] ^= 1;
    assertThrows(IllegalArgumentException.class, () -> NOTARY.publicKey(Algorithm.ED25519, spki));
  }

  @Test
  void namesTheMethodsAsNotaryDoes() {
    assertEquals("ecdsa", NOTARY.method(Algorithm.ECDSA));
    assertEquals("eddsa", NOTARY.method(Algorithm.ED25519));
    assertEquals("rsapss", NOTARY.method(Algorithm.RSA_3072));
  }

  private static Algorithm algorithm(String name) {
    return switch (name) {
      case "ed25519" -> Algorithm.ED25519;
      case "rsa" -> Algorithm.RSA_3072;
      default -> Algorithm.ECDSA;
    };
  }
}
