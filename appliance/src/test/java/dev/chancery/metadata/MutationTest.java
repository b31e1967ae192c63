package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.RefusedException;
import dev.chancery.api.Timestamp;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random damage to a good timestamp: refused in words, or read as exactly what it says. */
class MutationTest {
  private static final long SEED = 20_261_123;
  private static final int ROUNDS = 60_000;
  private static final NotaryDialect NOTARY = MetadataDialects.notary();

  /** Pieces that matter to JSON readers: more of the mutants stay close to JSON. */
  private static final List<String> PIECES =
      List.of(
          "\"",
          "\\",
          "\\u0061",
          "\\ud800",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          " ",
          "\n",
          "0",
          "-",
          "1e0",
          ".0",
          "null",
          "true",
          "\"version\":2",
          "\"VERSION\":9,",
          "\u00e9",
          "\ufeff",
          "=",
          "A");

  private final byte[] good =
      Samples.bytes(
          Samples.directory("notary-wire")
              .resolve("001-timestamp-v1-notary-publish-client-snapshot.signed.json"));

  @Test
  void aMutantIsRefusedInWordsOrReadAsExactlyWhatItSays() {
    Random random = new Random(SEED);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutant = mutate(random);
      try {
        Timestamp timestamp = NOTARY.timestamp(mutant, FormOptions.DEFAULT);
        assertArrayEquals(mutant, timestamp.canonical().bytes());
        assertEquals(timestamp, NOTARY.timestamp(mutant, FormOptions.DEFAULT));
        read++;
      } catch (RefusedException e) {
        NotaryFormTest.assertShowable(e);
      }
    }
    assertTrue(read > ROUNDS / 100, "mutants still good, such as with another digit: " + read);
  }

  @Test
  void theCanonicalFormOfWhatIsReadIsAFixedPoint() {
    Random random = new Random(SEED + 1);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutant = mutate(random);
      try {
        JsonValue value = StrictJson.parse(mutant, StrictJson.Text.PRINTABLE_ASCII);
        byte[] canonical = CanonicalJson.encode(value);
        JsonValue again = StrictJson.parse(canonical, StrictJson.Text.PRINTABLE_ASCII);
        assertEquals(value, again);
        assertArrayEquals(canonical, CanonicalJson.encode(again));
        read++;
      } catch (MalformedJsonException e) {
        assertTrue(e.offset() <= mutant.length, () -> e + " of " + mutant.length);
      }
    }
    assertTrue(read > ROUNDS / 20, "mutants that are JSON: " + read);
  }

  private byte[] mutate(Random random) {
    byte[] mutant = good.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(mutant.length);
      int end = Math.min(mutant.length, at + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutant[at] = (byte) ('0' + random.nextInt(10));
        case 2 -> mutant = splice(mutant, at, end, new byte[0]);
        case 3 -> {
          String piece = PIECES.get(random.nextInt(PIECES.size()));
          mutant = splice(mutant, at, at, piece.getBytes(StandardCharsets.UTF_8));
        }
        default -> mutant = splice(mutant, at, at, Arrays.copyOfRange(mutant, at, end));
      }
      if (mutant.length == 0) {
        return good.clone();
      }
    }
    return mutant;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] instead) {
    byte[] result = new byte[bytes.length - (to - from) + instead.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(instead, 0, result, from, instead.length);
    System.arraycopy(bytes, to, result, from + instead.length, bytes.length - to);
    return result;
  }
}
