package dev.chancery.ledger;

import dev.chancery.api.KeyId;
import dev.chancery.api.Sha256;
import dev.chancery.policy.Proposal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A ledger's tables in a PostgreSQL database that several nodes write to. The one row of {@code
 * ledger_head} is locked for each batch: whoever holds it judges and appends alone.
 */
final class PostgresStore extends LedgerStore {
  /** More rows than these are not read one by one to see what they changed. */
  private static final int MOST_FOLLOWED = 2_000;

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
  // What was there when this node last looked: it answered for it, so it must never be gone.
  private @Nullable Head known;
  private boolean connected = true;
  private boolean committing;

  PostgresStore(Connector connector) throws SQLException {
    this(connector, connector.connect());
  }

  private PostgresStore(Connector connector, Connection connection) throws SQLException {
    this(connector, connection, new PostgresStatements(connection));
  }

  private PostgresStore(Connector connector, Connection connection, Statements statements)
      throws SQLException {
    super(connection, statements, new PostgresRowTable(statements));
    this.connector = connector;
  }

  /** Goes on after a head that was read before. */
  void follow(LedgerHead head) {
    known = new Head(head.sequence(), head.hash());
  }

  @Override
  void begin() throws SQLException {
    committing = false;
    boolean reused = connected;
    try {
      locked = lock();
    } catch (SQLException e) {
      // It was cut while nobody used it: nothing was asked of it yet, so nothing is lost.
      if (!reused || !isConnectionLost(e)) {
        throw e;
      }
      connected = false;
      connection.close();
      locked = lock();
    }
  }

  private Head lock() throws SQLException {
    if (!connected) {
      replace(connector.connect());
      connected = true;
    }
    // Waits for a commit of a lost connection of ours, too: it holds the lock until it is settled.
    PreparedStatement select =
        statements.of("SELECT sequence, hash, schema FROM ledger_head FOR UPDATE");
    try (ResultSet row = statements.query(select)) {
      if (!row.next()) {
        throw new LedgerException("the table ledger_head is empty: the database was damaged");
      }
      PostgresSchema.require("the database", row.getInt(3));
      return new Head(row.getLong(1), Sha256.fromBytes(row.getBytes(2)));
    }
  }

  /** Whether the server ended the session or cannot be heard (SQLSTATE classes 08 and 57P). */
  private static boolean isConnectionLost(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  @Override
  boolean mayTryAgain(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof SQLException e) {
        String state = e.getSQLState();
        // 40001 serialization_failure, 40P01 deadlock_detected: it was rolled back, for certain.
        boolean rolledBack = "40001".equals(state) || "40P01".equals(state);
        return rolledBack || (!committing && isConnectionLost(e));
      }
    }
    return false;
  }

  /**
   * {@inheritDoc}
   *
   * @throws LedgerException if rows that were there before are not there any more
   */
  @Override
  Optional<ForeignRows> others() throws SQLException {
    Head before = known;
    Head now = locked;
    if (before == null || before.equals(now)) {
      return Optional.empty();
    }
    List<byte[]> rowsSince = new ArrayList<>();
    PreparedStatement select =
        statements.of(
            "SELECT body FROM ledger_row WHERE sequence >= ? ORDER BY sequence LIMIT "
                + (MOST_FOLLOWED + 2));
    select.setLong(1, before.sequence());
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        rowsSince.add(rows.unpacked(row, 1));
      }
    }
    // A standby that was promoted without the last commits, or a backup put back below a running
    // node: this node has answered for rows that are gone, and would sign their versions again.
    if (wasArchived(before, rowsSince)) {
      return Optional.of(ForeignRows.tooMany());
    }
    if (rowsSince.isEmpty() || !RowChain.hash(rowsSince.getFirst()).equals(before.hash())) {
      throw new LedgerException(
          "the database went back: row "
              + before.sequence()
              + " was committed and is not there any more. Was it restored, or did a standby take"
              + " over that had not received everything?");
    }
    return Optional.of(
        rowsSince.size() > MOST_FOLLOWED + 1
            ? ForeignRows.tooMany()
            : ForeignRows.of(rowsSince.subList(1, rowsSince.size()), this::numbers));
  }

  // Seen last so long ago that it is in a segment, and rows that came after it are here.
  private boolean wasArchived(Head before, List<byte[]> rowsSince) throws SQLException {
    return before.sequence() < settings.swept()
        && !rowsSince.isEmpty()
        && ParsedRow.of(rowsSince.getFirst()).number("sequence") > before.sequence();
  }

  private List<Integer> numbers(Set<KeyId> keys) throws SQLException {
    PreparedStatement select =
        statements.of("SELECT number FROM signing_key WHERE key_id = ANY (?)");
    select.setArray(1, connection.createArrayOf("text", keys.stream().map(KeyId::hex).toArray()));
    List<Integer> numbers = new ArrayList<>();
    try (ResultSet row = statements.query(select)) {
      while (row.next()) {
        numbers.add(row.getInt(1));
      }
    }
    return numbers;
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

  @Override
  void readAhead(StateCache cache, List<Proposal> proposals) throws SQLException {
    new PostgresReadAhead(this, cache).read(proposals);
  }

  /** Whether the tables are there. */
  boolean isPrepared() throws SQLException {
    try (ResultSet row =
        statements.query(statements.of("SELECT to_regclass('ledger_head') IS NOT NULL"))) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** Whether there is a first row. */
  boolean hasHead() throws SQLException {
    try (ResultSet row = statements.query(statements.of("SELECT 1 FROM ledger_head"))) {
      return row.next();
    }
  }

  /** Names the first row, once. */
  void insertHead() throws SQLException {
    setHead("INSERT INTO ledger_head (sequence, hash) VALUES (?, ?)", Head.of(super.chain()));
  }

  @Override
  void commit() throws SQLException {
    statements.flush();
    committing = true;
    super.commit();
  }

  @Override
  void commit(RowChain chain) throws SQLException {
    Head head = Head.of(chain);
    if (!head.equals(locked)) {
      setHead("UPDATE ledger_head SET sequence = ?, hash = ?", head);
    }
    commit();
    known = head;
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
    statements.forget();
    connection.close();
  }
}
