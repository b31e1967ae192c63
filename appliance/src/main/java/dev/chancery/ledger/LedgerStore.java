package dev.chancery.ledger;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A ledger's tables on one connection; what differs from database to database is the subclass's.
 * For one thread at a time.
 */
abstract class LedgerStore implements AutoCloseable {
  final Connection connection;
  final Statements statements;
  final RowTable rows;
  final TreeTable tree;
  final RepositoryTable repositories;
  final KeyTable keys;
  final StateTable states;
  final ContentTable contents;
  final SeenTable seen;
  final SnapshotTable snapshots;
  final CallerTable callers;
  final AuditKeyTable auditKeys;
  final SegmentTable segments;
  final SettingTable settings;

  LedgerStore(Connection connection, Statements statements) throws SQLException {
    this.connection = connection;
    this.statements = statements;
    this.rows = new RowTable(statements);
    this.tree = new TreeTable(statements, rows);
    this.repositories = new RepositoryTable(statements);
    this.keys = new KeyTable(statements, repositories);
    this.states = new StateTable(statements);
    this.contents = new ContentTable(statements, rows);
    this.seen = new SeenTable(statements);
    this.snapshots = new SnapshotTable(statements);
    this.callers = new CallerTable(statements);
    this.auditKeys = new AuditKeyTable(statements);
    this.segments = new SegmentTable(statements);
    this.settings = new SettingTable(statements);
    connection.setAutoCommit(false);
  }

  /** Makes sure a transaction is open, after a {@link #rollback}; else the driver began one. */
  abstract void begin() throws SQLException;

  void commit() throws SQLException {
    connection.commit();
  }

  /** A batch failed because of {@code cause}; {@link #rollback} follows. */
  void failed(Throwable cause) {}

  /** Ends the transaction without effect. The next thing must be {@link #begin}. */
  abstract void rollback() throws SQLException;

  @Override
  public void close() throws SQLException {
    rows.close();
    connection.close();
  }
}
