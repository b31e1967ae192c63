package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.policy.ImportRules;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.Rebasing;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Sets watermarks by somebody's word: re-bases and imports. A list is judged as a whole before any
 * of it is written. For the writer thread alone, within its transaction.
 */
final class Restatement {
  /** Writes a row and gives its number. */
  @FunctionalInterface
  interface Rows {
    long append(String kind, Instant time, Map<String, Object> fields) throws SQLException;
  }

  private final LedgerStore store;
  private final StateCache cache;
  private final Rows rows;

  Restatement(LedgerStore store, StateCache cache, Rows rows) {
    this.store = store;
    this.cache = cache;
    this.rows = rows;
  }

  BulkOutcome rebase(Rebase order, Instant now) throws SQLException {
    List<BulkOutcome.Entry> refusals = new ArrayList<>();
    for (Rebase.Target target : order.targets()) {
      try {
        requireNotRetired(target.key());
        requireAt(target.from(), cache.state(target.key().number()));
      } catch (RefusedException e) {
        refusals.add(new BulkOutcome.Entry(target.key().id(), e));
      }
    }
    if (!refusals.isEmpty()) {
      return new BulkOutcome.Refused(refusals);
    }
    if (!order.judgeOnly()) {
      for (Rebase.Target target : order.targets()) {
        write(target, order, now);
      }
    }
    return new BulkOutcome.Done(order.targets().size(), 0);
  }

  private void write(Rebase.Target target, Rebase order, Instant now) throws SQLException {
    KeyRecord key = target.key();
    long sequence = rows.append("re-base", now, RowFields.rebased(target, order));
    Version to = target.document().version();
    if (to.compareTo(target.from()) < 0) {
      store.states.lowerWatermark(key.number(), to, sequence);
    }
    StoreHistory history =
        new StoreHistory(
            store, cache, new Proposal(order.approval().by(), key, target.document(), null));
    KeyState before = cache.state(key.number());
    KeyState after = Rebasing.onto(target.document(), before, history, sequence, true);
    store.seen.forget(key.number());
    save(
        key,
        after,
        new ContentTable.Content(to, target.document().canonical().sha256(), sequence, now));
  }

  /** All keys that have signed may go on as RESUMED; their number. */
  int rebaseLedger(LedgerRebase order, Instant now) throws SQLException {
    int keys = store.states.resumeAll();
    cache.forgetStates();
    rows.append("ledger-re-base", now, RowFields.ledgerRebased(order, keys));
    store.settings.setGivenUp(Math.max(store.settings.givenUp(), order.lostEpoch()));
    return keys;
  }

  BulkOutcome importWatermarks(WatermarkImport order, Instant now) throws SQLException {
    List<BulkOutcome.Entry> refusals = new ArrayList<>();
    List<WatermarkImport.Entry> raised = new ArrayList<>();
    for (WatermarkImport.Entry entry : order.entries()) {
      try {
        requireNotRetired(entry.key());
        if (raises(entry, order.maxFirstJump())) {
          raised.add(entry);
        }
      } catch (RefusedException e) {
        refusals.add(new BulkOutcome.Entry(entry.key().id(), e));
      }
    }
    if (!refusals.isEmpty()) {
      return new BulkOutcome.Refused(refusals);
    }
    if (!order.judgeOnly()) {
      for (WatermarkImport.Entry entry : raised) {
        write(entry, order, now);
      }
    }
    return new BulkOutcome.Done(raised.size(), order.entries().size() - raised.size());
  }

  private boolean raises(WatermarkImport.Entry entry, int maxFirstJump) {
    Role role = entry.key().role();
    int highest = StoreHistory.highestVersion(store, entry.key().repository(), role);
    if (role == Role.SNAPSHOT) {
      highest =
          Math.max(
              highest,
              StoreHistory.highestVersion(store, entry.key().repository(), Role.TIMESTAMP));
    }
    return ImportRules.raises(
        cache.state(entry.key().number()).watermark(),
        highest,
        entry.version(),
        entry.shown() != null,
        maxFirstJump);
  }

  private void write(WatermarkImport.Entry entry, WatermarkImport order, Instant now)
      throws SQLException {
    KeyRecord key = entry.key();
    KeyState before = cache.state(key.number());
    long sequence =
        rows.append("watermark-import", now, RowFields.imported(entry, before.watermark(), order));
    save(
        key,
        after(entry, before, order.by(), sequence),
        new ContentTable.Content(entry.version(), entry.canonicalSha256(), sequence, now));
    if (key.role() == Role.TIMESTAMP && cache.timestampKey(key.repository()) == 0) {
      store.repositories.setTimestampKey(key.repository(), key.number());
      cache.putTimestampKey(key.repository(), key.number());
    }
  }

  private KeyState after(WatermarkImport.Entry entry, KeyState before, String by, long sequence) {
    WatermarkImport.Shown shown = entry.shown();
    if (shown == null) {
      return Rebasing.ontoUnseen(entry.version(), before, sequence, before.resumed());
    }
    StoreHistory history =
        new StoreHistory(store, cache, new Proposal(by, entry.key(), shown.document(), null));
    return Rebasing.onto(shown.document(), before, history, sequence, before.resumed());
  }

  private void save(KeyRecord key, KeyState state, ContentTable.Content only) throws SQLException {
    store.states.save(key.number(), state, only);
    store.contents.deleteOthers(key.number());
    cache.put(key.number(), state);
  }

  private void requireNotRetired(KeyRecord key) throws SQLException {
    if (store.keys.status(key.number()) == KeyStatus.RETIRED) {
      throw new RefusedException(
          Refusal.REPOSITORY_RETIRED,
          "key " + key.id() + " of a repository that the operator retired",
          "a key that may sign again",
          "leave it out of the list");
    }
  }

  private static void requireAt(Version from, KeyState state) {
    if (!Objects.equals(state.watermark(), from)) {
      throw new RefusedException(
          Refusal.WATERMARK_MOVED,
          "a list made for watermark " + from,
          state.watermark() == null
              ? "nothing: this key has never signed"
              : "the watermark now, " + state.watermark(),
          "prepare the list again and look at it again",
          state.watermark());
    }
  }
}
