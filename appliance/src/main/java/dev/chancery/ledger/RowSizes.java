package dev.chancery.ledger;

/**
 * What the rows of one kind take.
 *
 * @param rows how many there are
 * @param stored their bytes as they lie in the table
 * @param plain their bytes
 */
public record RowSizes(long rows, long stored, long plain) {
  RowSizes and(RowSizes other) {
    return new RowSizes(rows + other.rows, stored + other.stored, plain + other.plain);
  }
}
