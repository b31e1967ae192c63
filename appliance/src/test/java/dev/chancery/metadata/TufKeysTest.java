package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.RawSignature;
import dev.chancery.canonical.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TufKeysTest {
  private static final TufDialect TUF = MetadataDialects.tuf();

  @Test
  void givesTheKeyObjectAndTheIdThatTufHas() {
    int seen = 0;
    for (JsonNode key : Samples.json(Samples.directory("canonical-json").resolve("keyids.json"))) {
      Algorithm algorithm =
          switch (key.get("name").asText()) {
            case "p256" -> Algorithm.ECDSA;
            case "ed25519" -> Algorithm.ED25519;
            case "rsa" -> Algorithm.RSA_3072;
            // Not an algorithm here: clients do not agree how P-384 signs (RULES T-9).
            default -> null;
          };
      if (algorithm != null) {
        byte[] spki = HexFormat.of().parseHex(key.get("spki_hex").asText());
        byte[] object = CanonicalJson.encode(TUF.keyObject(algorithm, spki));
        assertEquals(key.get("tuf_canonical").asText(), new String(object, StandardCharsets.UTF_8));
        assertEquals(new KeyId(key.get("tuf_keyid").asText()), TUF.keyId(algorithm, spki));
        seen++;
      }
    }
    assertEquals(3, seen);
  }

  @Test
  void writesEcdsaInTheShortestDerAndTheOthersAsTheyAre() {
    byte[] raw = new byte[64];
    raw[31] = 1;
    raw[32] = (byte) 0x80;
    String der = TUF.encode(Algorithm.ECDSA, new RawSignature(raw));
    assertEquals("3026020101022100" + "80" + "00".repeat(31), der);
    assertArrayEquals(raw, TufKeys.decode(Algorithm.ECDSA, der).bytes());
    raw[0] = (byte) 0xff;
    assertEquals(
        HexFormat.of().formatHex(raw), TUF.encode(Algorithm.ED25519, new RawSignature(raw)));
  }

  @Test
  void readsNoEcdsaSignatureOfOtherForm() {
    // A zero more before r, and the raw form.
    for (String sig :
        new String[] {"302702020001022100" + "80" + "00".repeat(31), "00".repeat(64)}) {
      assertThrows(IllegalArgumentException.class, () -> TufKeys.decode(Algorithm.ECDSA, sig), sig);
    }
  }
}
