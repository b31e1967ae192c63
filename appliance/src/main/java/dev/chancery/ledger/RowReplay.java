package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.ledger.DecisionReplay.KeyHistory;
import dev.chancery.policy.KeyState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills the tables of an empty store from rows, one after the other, and from what was kept beside
 * them: what a writer would have derived. Whatever does not fit is an error.
 */
final class RowReplay {
  private final LedgerStore store;
  private final DecisionReplay replay =
      new DecisionReplay(RowReplay::wrong, DecisionReplay.Listener.NONE);

  private final Map<String, KeyRecord> keys = new HashMap<>();
  private final Map<RepositoryName, KeyRecord> timestampKeys = new HashMap<>();
  private final Map<Long, Long> contentOf = new HashMap<>();
  private final Map<String, KeptLine.OfKey> kept = new HashMap<>();
  private final RowChain chain = new RowChain(0, RowChain.START);
  private long epoch;
  private long checkpoint;
  private long timeWitness;
  private long givenUp;

  RowReplay(LedgerStore store) {
    this.store = store;
  }

  /** Takes the next row's exact bytes. */
  void row(byte[] body) throws SQLException {
    ParsedRow row = ParsedRow.of(body);
    long sequence = chain.nextSequence();
    RowShape.check(row);
    if (row.number("sequence") != sequence
        || !row.text("previous").equals(chain.headHash().hex())) {
      wrong(sequence, "it does not follow the row before");
    }
    chain.accept(body);
    store.rows.append(sequence, body);
    store.tree.append(sequence, chain.headHash());
    replay.row(sequence, row);
    if (TimeWitness.is(row)) {
      timeWitness = sequence;
    }
    switch (row.text("kind")) {
      case "key" -> keys.put(row.text("keyid"), store.keys.insert(newKey(row)));
      case "audit-key" -> store.auditKeys.insert(auditKey(row));
      case "checkpoint" -> {
        epoch = Math.max(epoch, row.number("epoch"));
        checkpoint = sequence;
      }
      case "archive" -> store.segments.insert(segment(row), sequence);
      case "ledger-re-base" -> givenUp = Math.max(givenUp, row.number("lostEpoch"));
      case "decision" -> decision(sequence, row);
      case "watermark-import" -> imported(row);
      case "issued" -> issued(sequence, row);
      default -> {}
    }
  }

  private void decision(long sequence, ParsedRow row) {
    if (!Outcome.isAdmission(row)) {
      return;
    }
    long repeats = row.optionalNumber("repeats").orElse(sequence);
    contentOf.put(sequence, repeats);
    KeyRecord key = key(row.text("keyid"));
    if (repeats == sequence && key.role() == Role.TIMESTAMP) {
      timestampKeys.put(key.repository(), key);
    }
  }

  private void imported(ParsedRow row) {
    KeyRecord key = key(row.text("keyid"));
    if (key.role() == Role.TIMESTAMP) {
      timestampKeys.putIfAbsent(key.repository(), key);
    }
  }

  private void issued(long sequence, ParsedRow row) throws SQLException {
    Long content = contentOf.remove(row.number("decision"));
    if (content == null) {
      throw wrong(sequence, "row " + row.number("decision") + " admitted nothing");
    }
    store.contents.insertIssued(content, sequence);
    if (row.optionalText("fileSha256").isPresent()) {
      store.snapshots.insert(key(row.text("keyid")).number(), version(row), file(row));
    }
  }

  private static Version version(ParsedRow row) {
    return new Version(Math.toIntExact(row.number("version")));
  }

  private static MetaFile file(ParsedRow row) {
    return new MetaFile(
        Sha256.fromHex(row.text("fileSha256")),
        Sha512.fromBytes(HexFormat.of().parseHex(row.text("fileSha512"))),
        row.number("fileLength"));
  }

  private KeyRecord key(String id) {
    KeyRecord key = keys.get(id);
    if (key == null) {
      throw new LedgerException("no row made the key " + id);
    }
    return key;
  }

  private static NewKey newKey(ParsedRow row) {
    return new NewKey(
        new KeyId(row.text("keyid")),
        Dialect.of(row.text("dialect")),
        new RepositoryName(row.text("repository")),
        Role.of(row.text("role")),
        Algorithm.of(row.text("algorithm")),
        KeyMode.of(row.text("mode")),
        row.optionalText("tokenKeyId").isPresent() ? place(row) : null,
        publicKey(row),
        Instant.parse(row.text("time")),
        row.text("caller"));
  }

  // Its rows are here all the same: they were not deleted yet.
  private static Segment segment(ParsedRow row) {
    long through = row.number("throughSequence");
    return new Segment(
        through + 1 - row.number("rows"),
        through,
        row.number("treeSize"),
        Sha256.fromHex(row.text("rootHash")),
        row.number("segmentLength"),
        Sha256.fromHex(row.text("segmentSha256")));
  }

  private static AuditKey auditKey(ParsedRow row) {
    return new AuditKey(
        Algorithm.of(row.text("algorithm")),
        place(row),
        publicKey(row),
        Instant.parse(row.text("time")));
  }

  private static TokenPlace place(ParsedRow row) {
    return new TokenPlace(
        row.text("tokenLabel"),
        row.text("tokenSerial"),
        row.text("tokenKeyId"),
        Sha256.fromHex(row.text("keyAttributes")));
  }

  private static PublicKeyInfo publicKey(ParsedRow row) {
    return new PublicKeyInfo(Base64.getDecoder().decode(row.text("publicKey")));
  }

  /** Takes a line of what was kept beside the rows, after all of them. */
  void kept(byte[] line) throws SQLException {
    switch (KeptLine.parse(line)) {
      case KeptLine.OfKey key -> {
        if (kept.put(key.keyId(), key) != null) {
          throw new LedgerException("key " + key.keyId() + " is kept twice");
        }
      }
      case KeptLine.OfHash hash -> store.seen.remember(key(hash.keyId()).number(), hash.hash());
      case KeptLine.OfCaller caller -> store.callers.save(caller.caller(), caller.budget());
    }
  }

  /** Writes what only all rows together say; the chain goes on from here. */
  RowChain finish() throws SQLException {
    for (RepositorySettings settings : replay.repositories().values()) {
      store.repositories.save(settings);
    }
    for (Map.Entry<String, KeyHistory> entry : replay.keys().entrySet()) {
      KeyRecord key = key(entry.getKey());
      KeyHistory history = entry.getValue();
      if (!history.status().equals(KeyStatus.ACTIVE.id())) {
        store.keys.setStatus(key.withStatus(KeyStatus.of(history.status())));
      }
      state(key, history, kept.remove(entry.getKey()));
    }
    if (!kept.isEmpty()) {
      throw new LedgerException("something is kept of keys that no row made: " + kept.keySet());
    }
    for (KeyRecord key : timestampKeys.values()) {
      store.repositories.setTimestampKey(key.repository(), key.number());
    }
    if (epoch > 0) {
      store.settings.setEpoch(epoch);
    }
    if (givenUp > 0) {
      store.settings.setGivenUp(givenUp);
    }
    // The first row is neither a checkpoint nor looked for as the newest of anything.
    if (checkpoint > 0) {
      store.settings.setCheckpoint(checkpoint);
    }
    if (timeWitness > 0) {
      store.settings.setTimeWitness(timeWitness);
    }
    DerivedState.compare(new LedgerView(store), replay, RowReplay::wrong);
    return chain;
  }

  private void state(KeyRecord key, KeyHistory history, KeptLine.@Nullable OfKey line)
      throws SQLException {
    if ((history.watermark() == 0) != (line == null)) {
      throw new LedgerException("key " + key.id() + ": what is kept of it does not fit the rows");
    }
    if (line == null) {
      return;
    }
    KeyState state = state(history, line);
    if (state.at().version() != history.watermark()) {
      throw new LedgerException("key " + key.id() + ": what is kept is of another version");
    }
    List<ContentTable.Content> contents = contents(history);
    store.states.save(key.number(), state, contents.getFirst());
    if (history.loweredBy() > 0) {
      store.states.lowerWatermark(
          key.number(), new Version(history.watermark()), history.loweredBy());
    }
    for (ContentTable.Content other : contents.subList(1, contents.size())) {
      store.contents.insertOther(key.number(), other);
    }
  }

  private static KeyState state(KeyHistory history, KeptLine.OfKey line) {
    return new KeyState(
        new Version(history.watermark()),
        history.firstSequence(),
        line.equalSince(),
        line.equalCount(),
        line.newVersions(),
        line.newHashes(),
        line.before(),
        line.at(),
        history.resumed());
  }

  /** The contents at the watermark, in the order of the rows that first admitted them. */
  private List<ContentTable.Content> contents(KeyHistory history) {
    Version version = new Version(history.watermark());
    return history.contents().entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(
            entry ->
                new ContentTable.Content(
                    version, entry.getKey(), entry.getValue(), time(entry.getValue())))
        .toList();
  }

  private Instant time(long sequence) {
    byte[] row =
        StoreHistory.read(() -> store.rows.get(sequence))
            .orElseThrow(() -> new LedgerException("row " + sequence + " is lost"));
    return Instant.parse(ParsedRow.of(row).text("time"));
  }

  private static LedgerException wrong(long sequence, String what) {
    throw new LedgerException(sequence < 0 ? what : "row " + sequence + ": " + what);
  }
}
