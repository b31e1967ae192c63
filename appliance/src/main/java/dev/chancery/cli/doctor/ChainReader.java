package dev.chancery.cli.doctor;

import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.ledger.WatermarkView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the ledger's rows as docs/ledger-format.md describes them, on its own: each holds its
 * number and the hash of the row before, SHA-256(0x00 ‖ row bytes). Computes what the watermarks
 * must be.
 */
public final class ChainReader implements Ledger.RowReader {
  private static final String START = "0".repeat(64);

  private final Map<String, Long> highest = new HashMap<>();
  private long next;
  private String previous = START;
  private @Nullable String problem;

  @Override
  public void row(long sequence, byte[] body) {
    if (problem != null) {
      return;
    }
    ParsedRow row = ParsedRow.of(body);
    if (sequence != next || row.number("sequence") != next) {
      problem = "row " + next + " is missing or has another number";
    } else if (!row.text("previous").equals(previous)) {
      problem = "row " + next + " does not follow the row before it";
    } else {
      remember(row);
      previous = hash(body);
      next++;
    }
  }

  private void remember(ParsedRow row) {
    if (row.text("kind").equals("decision")
        && row.optionalText("outcome").equals(Optional.of("admitted"))) {
      highest.merge(row.text("keyid"), row.number("version"), Long::max);
    }
  }

  /** Where the chain breaks, or empty if it does not. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** How many rows follow one another. */
  public long count() {
    return next;
  }

  /** How many keys have a watermark, as the decisions say. */
  public int watermarks() {
    return highest.size();
  }

  /**
   * Compares the watermarks kept with those computed: a kept one must be there and not be lower.
   *
   * @return how many are wrong; each is told to {@code wrong}
   */
  public int compare(List<WatermarkView> kept, Consumer<String> wrong) {
    Map<String, Long> versions = new HashMap<>();
    kept.forEach(each -> versions.put(each.key().id().hex(), (long) each.version().number()));
    int count = 0;
    for (Map.Entry<String, Long> each : highest.entrySet()) {
      long version = versions.getOrDefault(each.getKey(), 0L);
      if (version < each.getValue()) {
        wrong.accept(
            "key "
                + each.getKey()
                + ": the watermark is "
                + version
                + ", but version "
                + each.getValue()
                + " was admitted");
        count++;
      }
    }
    return count;
  }

  private static String hash(byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) 0);
      return HexFormat.of().formatHex(digest.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
