package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.audit.MerkleTree;
import dev.chancery.audit.SignedCheckpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads a ledger, beside a writer or without one; each call in a transaction of its own. */
public final class LedgerReader {
  private final LedgerSource source;
  private final Map<LedgerTree.Place, Sha256> subtrees = new ConcurrentHashMap<>();

  LedgerReader(LedgerSource source) {
    this.source = source;
  }

  /** A reader of the SQLite file. */
  public static LedgerReader of(Path file) {
    return new LedgerReader(new SqliteSource(file));
  }

  /** All keys on the record, in the order they were made. */
  public List<KeyRecord> keys() {
    return read(store -> store.keys.all());
  }

  /** As {@link Ledger#auditKeys}. */
  public List<AuditKey> auditKeys() {
    return read(store -> store.auditKeys.all());
  }

  /** As {@link Ledger#anchor}. */
  public <T> T anchor(Function<AnchorState, T> user) {
    return read(
        store -> {
          source.requireSchema(store);
          String ledgerId = LedgerExport.ledgerId(store);
          return user.apply(
              new AnchorState(
                  ledgerId,
                  ParsedRow.of(store.rows.last()).number("sequence") + 1,
                  store.settings.epoch(),
                  store.settings.givenUp(),
                  store.auditKeys.all().stream().map(key -> key.noteKey(ledgerId)).toList(),
                  store.settings.swept(),
                  row -> StoreHistory.read(() -> store.rows.get(row).map(RowChain::hash)),
                  size -> rootIfThere(store, size)));
        });
  }

  private Optional<Sha256> rootIfThere(LedgerStore store, long size) {
    try {
      return Optional.of(MerkleTree.root(size, new LedgerTree(store, subtrees)));
    } catch (LedgerException e) {
      return Optional.empty(); // of a block that is not complete some rows are gone
    }
  }

  /** As {@link Ledger#rowHash}. */
  public Optional<Sha256> rowHash(long sequence) {
    return read(store -> store.rows.get(sequence).map(RowChain::hash));
  }

  /** All repositories on the record, by name. */
  public List<RepositorySettings> repositories() {
    return read(store -> store.repositories.all());
  }

  /** The watermark of every key that has one. */
  public List<WatermarkView> watermarks() {
    Map<Integer, KeyRecord> keys = new HashMap<>();
    keys().forEach(key -> keys.put(key.number(), key));
    return read(store -> watermarks(store, keys));
  }

  private static List<WatermarkView> watermarks(LedgerStore store, Map<Integer, KeyRecord> keys)
      throws SQLException {
    String newestContent =
        "SELECT signing_key, version, digest, sequence, admitted, contents FROM"
            + " (SELECT c.*, COUNT(*) OVER (PARTITION BY c.signing_key) AS contents,"
            + " ROW_NUMBER() OVER (PARTITION BY c.signing_key ORDER BY c.sequence DESC) AS place"
            + " FROM key_state s JOIN content c"
            + " ON c.signing_key = s.signing_key AND c.version = s.watermark) AS contents_at"
            + " WHERE place = 1 ORDER BY signing_key";
    List<WatermarkView> views = new ArrayList<>();
    try (Statement statement = store.connection.createStatement();
        ResultSet row = statement.executeQuery(newestContent)) {
      while (row.next()) {
        KeyRecord key = keys.get(row.getInt(1));
        if (key != null) {
          views.add(
              new WatermarkView(
                  key,
                  new Version(row.getInt(2)),
                  Sha256.fromBytes(row.getBytes(3)),
                  row.getInt(6),
                  row.getLong(4),
                  Micros.toInstant(row.getLong(5))));
        }
      }
    }
    return views;
  }

  /** The newest durable row. */
  public LedgerHead head() {
    return read(
        store -> {
          source.requireSchema(store);
          return head(store);
        });
  }

  private LedgerHead head(LedgerStore store) throws SQLException {
    byte[] first = store.rows.get(0).orElseThrow(this::notALedger);
    byte[] last = store.rows.last();
    ParsedRow row = ParsedRow.of(last);
    return new LedgerHead(
        ParsedRow.of(first).text("ledger"),
        row.number("sequence"),
        RowChain.hash(last),
        Instant.parse(row.text("time")));
  }

  /** As {@link Ledger#treeHead}. */
  public TreeHead treeHead() {
    return read(
        store -> {
          source.requireSchema(store);
          byte[] first = store.rows.get(0).orElseThrow(this::notALedger);
          byte[] last = store.rows.last();
          long size = ParsedRow.of(last).number("sequence") + 1;
          return new TreeHead(
              ParsedRow.of(first).text("ledger"),
              size,
              MerkleTree.root(size, new LedgerTree(store, subtrees)),
              RowChain.hash(last));
        });
  }

  /** The root over the first {@code size} rows. */
  public Sha256 root(long size) {
    return read(store -> MerkleTree.root(size, new LedgerTree(store, subtrees)));
  }

  /**
   * The RFC 6962 audit path of a row in the tree of the first {@code size} rows.
   *
   * @throws IllegalArgumentException if it is not among them
   */
  public List<Sha256> inclusionProof(long sequence, long size) {
    return read(
        store -> MerkleTree.inclusionProof(sequence, size, new LedgerTree(store, subtrees)));
  }

  /** The RFC 6962 proof that the tree of {@code second} rows begins with that of {@code first}. */
  public List<Sha256> consistencyProof(long first, long second) {
    return read(
        store -> MerkleTree.consistencyProof(first, second, new LedgerTree(store, subtrees)));
  }

  /** The newest checkpoint in the rows, if there is one. */
  public Optional<SignedCheckpoint> newestCheckpoint() {
    return read(
        store ->
            LedgerExport.newest(store, LedgerExport.ledgerId(store))
                .map(found -> new SignedCheckpoint(found.row().checkpoint(), found.note())));
  }

  /**
   * The exact bytes of one row.
   *
   * @throws LedgerException if it is not there; it says in which segment it is, where it is in one
   */
  public byte[] row(long sequence) {
    return read(
        store -> {
          Optional<byte[]> row = store.rows.get(sequence);
          if (row.isEmpty()) {
            throw store.segments.missing(sequence);
          }
          return row.get();
        });
  }

  /** The first row from which on all are there: that after the last segment's, or 0. */
  public long firstHere() {
    return read(store -> store.segments.through() + 1);
  }

  /** What the rows of each kind take, by kind; a decision's has its outcome behind a comma. */
  public Map<String, RowSizes> sizes() {
    return read(store -> store.rows.sizes());
  }

  /** What was archived, in the order of the rows. */
  List<SegmentTable.Stored> segments() {
    return read(store -> store.segments.all());
  }

  /** What the ledger takes where it is kept, in bytes, with all that is derived from its rows. */
  public long bytes() {
    return read(
        store -> {
          try (ResultSet row = store.statements.query(store.statements.of(source.sizeQuery()))) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  /** Archived rows before this one are deleted, but those that are kept. */
  long swept() {
    return read(store -> store.settings.swept());
  }

  /** The archived rows from {@code first} to {@code last} that must stay. */
  SortedSet<Long> keptRows(long first, long last) {
    return read(store -> KeptRows.of(store, first, last));
  }

  /**
   * The number of rows before the first block, from row {@code first} on, that begins with a row of
   * {@code time} or later.
   */
  long blocksBefore(long first, Instant time) {
    return read(
        store -> {
          long at = first;
          Optional<byte[]> row = store.rows.get(at);
          while (row.isPresent()
              && Instant.parse(ParsedRow.of(row.get()).text("time")).isBefore(time)) {
            at += TreeTable.BLOCK;
            row = store.rows.get(at);
          }
          return at;
        });
  }

  /**
   * Writes rows and what an offline verifier needs with them (docs/ledger-format.md, "Exports"), as
   * of one moment.
   *
   * @param from the first row
   * @param to the row after the last; what is beyond the newest row is none
   */
  public void export(long from, long to, OutputStream out) throws IOException {
    List<IOException> failed = new ArrayList<>();
    read(
        store -> {
          source.requireSchema(store);
          try {
            new LedgerExport(store, new LedgerTree(store, subtrees)).write(from, to, out);
          } catch (IOException e) {
            failed.add(e);
          }
          return Boolean.TRUE;
        });
    if (!failed.isEmpty()) {
      throw failed.getFirst();
    }
  }

  /**
   * Writes all of the ledger as of one moment, in a form that {@link LedgerRestore} makes a ledger
   * of again, in whatever store: an export of its rows, then one line for each thing that the rules
   * remember and no row says. A writer beside it goes on.
   *
   * @return the newest row that is in it
   */
  public LedgerHead copy(OutputStream out) throws IOException {
    List<IOException> failed = new ArrayList<>();
    LedgerHead head =
        read(
            store -> {
              source.requireSchema(store);
              try {
                new LedgerCopy(store, new LedgerTree(store, subtrees), out).write();
              } catch (IOException e) {
                failed.add(e);
              }
              return head(store);
            });
    if (!failed.isEmpty()) {
      throw failed.getFirst();
    }
    return head;
  }

  /** When the clock was last known to be right, as {@link Ledger#trustedTime}. */
  public Instant trustedTime() {
    return read(
        store -> {
          ParsedRow witness =
              store
                  .rows
                  .newest(store.settings.timeWitness(), TimeWitness::is)
                  .orElseThrow(this::notALedger);
          return Instant.parse(witness.text("time"));
        });
  }

  /**
   * Passes the exact bytes of each row from {@code fromSequence} on, in order, to {@code reader}.
   */
  public void rows(long fromSequence, Ledger.RowReader reader) {
    read(
        store -> {
          store.rows.each(fromSequence, reader);
          return Boolean.TRUE;
        });
  }

  /** As {@link Ledger#rowsBefore}. */
  public void rowsBefore(long beforeSequence, Ledger.RowSearch search) {
    read(
        store -> {
          source.requireSchema(store);
          store.rows.before(beforeSequence, search);
          return Boolean.TRUE;
        });
  }

  /**
   * Gives {@code user} rows and derived state as of one instant, though a writer goes on beside.
   */
  void view(Consumer<LedgerView> user) {
    read(
        store -> {
          source.requireSchema(store);
          user.accept(new LedgerView(store));
          return Boolean.TRUE;
        });
  }

  private LedgerException notALedger() {
    return new LedgerException(source + " has no first row: it is not a ledger or was damaged");
  }

  private <T> T read(Query<T> query) {
    try (LedgerStore store = source.openForReading()) {
      return query.run(store);
    } catch (SQLException e) {
      throw new LedgerException(source + " cannot be read: " + e.getMessage(), e);
    }
  }

  private interface Query<T> {
    T run(LedgerStore store) throws SQLException;
  }
}
