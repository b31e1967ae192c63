package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Table {@code audit_key}. */
final class AuditKeyTable {
  private final Statements statements;

  AuditKeyTable(Statements statements) {
    this.statements = statements;
  }

  /** All of them; the one in use is the last. */
  List<AuditKey> all() throws SQLException {
    PreparedStatement select = statements.of("SELECT * FROM audit_key ORDER BY number");
    List<AuditKey> keys = new ArrayList<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        keys.add(
            new AuditKey(
                Algorithm.of(row.getString("algorithm")),
                Objects.requireNonNull(KeyTable.place(row), "an audit key is in a token"),
                new PublicKeyInfo(row.getBytes("public_key")),
                Instant.parse(row.getString("created"))));
      }
    }
    return keys;
  }

  void insert(AuditKey key) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT INTO audit_key (key_id, algorithm, token_label, token_serial, token_key_id,"
                + " attributes, public_key, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.setString(1, key.id().hex());
    insert.setString(2, key.algorithm().id());
    insert.setString(3, key.place().label());
    insert.setString(4, key.place().serial());
    insert.setString(5, key.place().keyId());
    insert.setBytes(6, key.place().attributes().bytes());
    insert.setBytes(7, key.publicKey().der());
    insert.setString(8, key.created().toString());
    statements.run(insert);
  }
}
