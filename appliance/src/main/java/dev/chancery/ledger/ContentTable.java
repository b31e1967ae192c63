package dev.chancery.ledger;

import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.policy.RecordedContent;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Contents admitted at watermarks and the rows that hold their signatures. */
final class ContentTable {
  /**
   * One content admitted at a watermark.
   *
   * @param sequence the row that admitted it
   */
  record Content(Version version, Sha256 digest, long sequence, Instant admitted) {}

  private static final String OTHERS = "other_content";
  private static final String ISSUED = "issued";

  private final Statements statements;
  private final RowTable rows;

  ContentTable(Statements statements, RowTable rows) {
    this.statements = statements;
    this.rows = rows;
  }

  /** A content at the watermark that is not the first. */
  void insertOther(int key, Content content) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT INTO other_content (signing_key, version, digest, sequence, admitted)"
                + " VALUES (?, ?, ?, ?, ?)");
    insert.setInt(1, key);
    insert.setInt(2, content.version().number());
    insert.setBytes(3, content.digest().bytes());
    insert.setLong(4, content.sequence());
    insert.setLong(5, Micros.of(content.admitted()));
    statements.runLater(insert, OTHERS);
  }

  /** Forgets the further contents at the watermark, which has moved. */
  void deleteOthers(int key) throws SQLException {
    PreparedStatement delete = statements.of("DELETE FROM other_content WHERE signing_key = ?");
    delete.setInt(1, key);
    statements.runLater(delete, OTHERS);
  }

  Optional<RecordedContent> get(int key, Version version, Sha256 digest) throws SQLException {
    PreparedStatement select =
        statements.of(
            "SELECT c.sequence, i.sequence FROM content c"
                + " LEFT JOIN issued i ON i.content = c.sequence"
                + " WHERE c.signing_key = ? AND c.version = ? AND c.digest = ?");
    select.setInt(1, key);
    select.setInt(2, version.number());
    select.setBytes(3, digest.bytes());
    long content;
    long issued;
    try (ResultSet row = statements.query(select, "key_state", OTHERS, ISSUED)) {
      if (!row.next()) {
        return Optional.empty();
      }
      content = row.getLong(1);
      issued = row.getLong(2);
    }
    // Row 0 is the first of the ledger: no signature is in it, and SQL's NULL reads as 0.
    return Optional.of(
        new RecordedContent(
            content,
            issued == 0 ? null : rows.get(issued).map(ContentTable::signature).orElse(null)));
  }

  private static RawSignature signature(byte[] issuedRow) {
    return new RawSignature(Base64.getDecoder().decode(ParsedRow.of(issuedRow).text("signature")));
  }

  /**
   * Forgets where the signatures of contents admitted in rows {@code from} to {@code end} − 1 are.
   */
  void forgetIssued(long from, long end) throws SQLException {
    PreparedStatement delete =
        statements.of("DELETE FROM issued WHERE content >= ? AND content < ?");
    delete.setLong(1, from);
    delete.setLong(2, end);
    statements.run(delete);
  }

  /** The signature of the content that was first admitted in row {@code content} is in a row. */
  void insertIssued(long content, long sequence) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT INTO issued (content, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING");
    insert.setLong(1, content);
    insert.setLong(2, sequence);
    statements.runLater(insert, ISSUED);
  }
}
