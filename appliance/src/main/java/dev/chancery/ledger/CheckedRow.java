package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row and all that can be said of it alone.
 *
 * @param body its exact bytes
 * @param hash of them, as the next row holds it
 * @param row what they say, or null if they are not one canonical JSON object
 * @param wrong what is not as docs/ledger-format.md says, or null
 */
@SuppressWarnings("ArrayRecordComponent") // neither compared nor changed
record CheckedRow(byte[] body, Sha256 hash, @Nullable ParsedRow row, @Nullable String wrong) {
  static CheckedRow of(byte[] body) {
    Sha256 hash = RowChain.hash(body);
    ParsedRow row = null;
    try {
      row = ParsedRow.of(body);
      RowShape.check(row);
      row.number("sequence");
      row.text("previous");
      String time = row.text("time");
      boolean oneForm = Instant.parse(time).toString().equals(time);
      return new CheckedRow(body, hash, row, oneForm ? null : "the time is not in the one form");
    } catch (LedgerException | DateTimeException e) {
      return new CheckedRow(body, hash, row, String.valueOf(e.getMessage()));
    }
  }
}
