package dev.chancery.ledger;

import dev.chancery.policy.Proposal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A ledger's tables on one connection; what differs from database to database is the subclass's.
 * For one thread at a time.
 */
abstract class LedgerStore implements AutoCloseable {
  Connection connection;
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

  LedgerStore(Connection connection, Statements statements, RowTable rows) throws SQLException {
    this.connection = connection;
    this.statements = statements;
    this.rows = rows;
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

  /** Makes sure a transaction is open in which nobody else can append rows. */
  abstract void begin() throws SQLException;

  /** What others wrote since this was asked or committed last, if they wrote anything. */
  Optional<ForeignRows> others() throws SQLException {
    return Optional.empty();
  }

  /** Reads at once what judging {@code proposals} will need, where that is worth it. */
  void readAhead(StateCache cache, List<Proposal> proposals) throws SQLException {}

  /** Whether a batch that failed because of {@code cause} is not there and may succeed now. */
  boolean mayTryAgain(Throwable cause) {
    return false;
  }

  /** The chain after the newest row there is in this transaction. */
  RowChain chain() throws SQLException {
    return RowChain.after(rows.last());
  }

  void commit() throws SQLException {
    connection.commit();
  }

  /** Commits rows up to the newest of {@code chain}. */
  void commit(RowChain chain) throws SQLException {
    commit();
  }

  /** Goes on with another connection. */
  void replace(Connection fresh) throws SQLException {
    fresh.setAutoCommit(false);
    connection = fresh;
    statements.use(fresh);
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
