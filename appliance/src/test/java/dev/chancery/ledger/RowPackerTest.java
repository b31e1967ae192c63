package dev.chancery.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowPackerTest {
  /** What a timestamp's decision takes on the disk, as docs/ledger-format.md says. */
  private static final int DECISION_BYTES = 260;

  private final RowPacker packer = new RowPacker();

  @TempDir Path directory;

  @AfterEach
  void free() {
    packer.close();
  }

  @Test
  void whatIsPackedComesBackByteForByte() {
    for (byte[] row : rowsOfALedger()) {
      byte[] packed = packer.pack(row);
      assertArrayEquals(row, packer.unpack(packed));
      assertTrue(packed.length < row.length, () -> new String(row, UTF_8));
    }
  }

  @Test
  void aDecisionTakesNoMoreThanWasPromised() {
    byte[] decision =
        rowsOfALedger().stream()
            .filter(row -> new String(row, UTF_8).contains("\"watermarkBefore\":1"))
            .findFirst()
            .orElseThrow();
    int packed = packer.pack(decision).length;
    assertTrue(packed <= DECISION_BYTES, () -> packed + " of " + decision.length);
  }

  @Test
  void aRowOfNoiseStaysAsItIs() {
    byte[] noise = new byte[500];
    new Random(1).nextBytes(noise);
    noise[0] = '{';
    assertArrayEquals(noise, packer.pack(noise));
    assertArrayEquals(noise, packer.unpack(noise));
  }

  @Test
  void theShortestAndTheLongestRowsSurvive() {
    for (String row : List.of("{}", "{\"a\":1}", "{\"a\":\"" + "x".repeat(1_000_000) + "\"}")) {
      assertArrayEquals(row.getBytes(UTF_8), packer.unpack(packer.pack(row.getBytes(UTF_8))));
    }
  }

  @Test
  void damageIsNamed() {
    byte[] packed = packer.pack(rowsOfALedger().getLast());
    for (byte[] damaged :
        Stream.of(
                new byte[0],
                new byte[] {2, 1, 2, 3},
                Arrays.copyOf(packed, packed.length - 1),
                Arrays.copyOf(packed, packed.length + 1),
                new byte[] {1, (byte) 0xff})
            .toList()) {
      assertThrows(
          LedgerException.class,
          () -> packer.unpack(damaged),
          () -> HexFormat.of().formatHex(damaged));
    }
  }

  @Test
  void theDictionaryNeverChanges() throws Exception {
    try (InputStream in = RowPacker.class.getResourceAsStream("row-dictionary-1")) {
      assertEquals(
          "ba58e706f621f21508f0d87a919924b711b6e19649d2e7fe469d09ef036f92cd",
          Sha256.of(in.readAllBytes()).hex());
    }
  }

  private List<byte[]> rowsOfALedger() {
    try (LedgerBench bench = new LedgerBench(directory.resolve("ledger.db"))) {
      var key = bench.key(LedgerBench.APP, Role.TIMESTAMP);
      for (int version = 1; version <= 3; version++) {
        bench.issue(bench.proposal(key, version, "snapshot " + version));
      }
      bench.verdict(bench.proposal(key, 9, "too far"));
      return bench.rows();
    }
  }
}
