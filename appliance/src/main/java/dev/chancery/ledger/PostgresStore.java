package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A ledger's tables in a PostgreSQL database that several nodes write to. The one row of {@code
 * ledger_head} is locked for each batch: whoever holds it judges and appends alone.
 */
final class PostgresStore extends LedgerStore {
  /** The newest row, as {@code ledger_head} names it. */
  private record Head(long sequence, Sha256 hash) {
    static Head of(RowChain chain) {
      return new Head(chain.nextSequence() - 1, chain.headHash());
    }
  }

  /** What {@link #begin} does where the connection is gone. */
  @FunctionalInterface
  interface Connector {
    Connection connect() throws SQLException;
  }

  private final Connector connector;
  private @Nullable Head locked;
  private @Nullable Head committed;
  private boolean connected = true;

  PostgresStore(Connector connector) throws SQLException {
    this(connector, connector.connect());
  }

  private PostgresStore(Connector connector, Connection connection) throws SQLException {
    this(connector, connection, new Statements(connection));
  }

  private PostgresStore(Connector connector, Connection connection, Statements statements)
      throws SQLException {
    super(connection, statements, new PostgresRowTable(statements));
    this.connector = connector;
  }

  @Override
  void begin() throws SQLException {
    if (!connected) {
      replace(connector.connect());
      connected = true;
    }
    // Waits for a commit of a lost connection of ours, too: it holds the lock until it is settled.
    PreparedStatement select = statements.of("SELECT sequence, hash FROM ledger_head FOR UPDATE");
    Head head;
    try (ResultSet row = statements.query(select)) {
      if (!row.next()) {
        throw new LedgerException("the table ledger_head is empty: the database was damaged");
      }
      head = new Head(row.getLong(1), Sha256.fromBytes(row.getBytes(2)));
    }
    requireNothingLost(head);
    locked = head;
  }

  // A standby that was promoted without the last commits, or a backup put back below a running
  // node: this node has answered for rows that are gone, and would sign their versions again.
  private void requireNothingLost(Head head) throws SQLException {
    Head mine = committed;
    if (mine == null || mine.equals(head)) {
      return;
    }
    boolean stillThere =
        rows.get(mine.sequence()).map(RowChain::hash).filter(mine.hash()::equals).isPresent();
    if (!stillThere) {
      throw new LedgerException(
          "the database went back: row "
              + mine.sequence()
              + " was committed and is not there any more. Was it restored, or did a standby take"
              + " over that had not received everything?");
    }
  }

  @Override
  boolean othersWrote(RowChain mine) {
    return !Head.of(mine).equals(locked);
  }

  @Override
  RowChain chain() throws SQLException {
    RowChain chain = super.chain();
    if (!Head.of(chain).equals(locked)) {
      throw new LedgerException(
          "ledger_head does not name the newest row: the database was damaged");
    }
    return chain;
  }

  /** Names the first row, once. */
  void insertHead() throws SQLException {
    setHead("INSERT INTO ledger_head (sequence, hash) VALUES (?, ?)", Head.of(super.chain()));
  }

  @Override
  void commit(RowChain chain) throws SQLException {
    Head head = Head.of(chain);
    if (!head.equals(locked)) {
      setHead("UPDATE ledger_head SET sequence = ?, hash = ?", head);
    }
    commit();
    committed = head;
  }

  private void setHead(String sql, Head head) throws SQLException {
    PreparedStatement update = statements.of(sql);
    update.setLong(1, head.sequence());
    update.setBytes(2, head.hash().bytes());
    statements.run(update);
  }

  /** Ends the connection too: after any failure the next batch starts with one that is known. */
  @Override
  void rollback() throws SQLException {
    connected = false;
    locked = null;
    connection.close();
  }
}
