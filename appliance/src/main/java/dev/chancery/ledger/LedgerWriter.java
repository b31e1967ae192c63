package dev.chancery.ledger;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.audit.Checkpoint;
import dev.chancery.policy.Admitted;
import dev.chancery.policy.Bucket;
import dev.chancery.policy.KeyState;
import dev.chancery.policy.KeyStatusRule;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of jobs, each batch in one transaction: all of it becomes durable, or none and
 * every job fails. For the writer thread alone, except {@link #failure}.
 */
final class LedgerWriter {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
  private static final int CACHED_STATES = 50_000;

  /** How often a batch is written that was rolled back because of others. */
  private static final int ATTEMPTS = 5;

  /** A write that takes longer is no load any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final LedgerStore store;
  private final StateCache cache;
  private final InstantSource clock;
  private final RefusalLimiter limiter = new RefusalLimiter();
  private final Map<String, Bucket> spentBudgets = new HashMap<>();
  private RowChain chain;
  private long timeWitness = -1;
  private boolean failed;
  private volatile ElsewhereListener listener = (changed, signed) -> {};
  private volatile @Nullable String failure;
  private volatile boolean writing;
  private volatile long writingSince;

  LedgerWriter(LedgerStore store, LedgerHead head, InstantSource clock) {
    this.store = store;
    this.cache = new StateCache(store, CACHED_STATES);
    this.clock = clock;
    this.chain = RowChain.after(head);
  }

  static void writeGenesis(LedgerStore store, String ledgerId, Instant now) throws SQLException {
    RowChain chain = new RowChain(0, RowChain.START);
    Map<String, Object> fields = new HashMap<>();
    fields.put("format", 1);
    fields.put("ledger", ledgerId);
    store.rows.append(0, RowChain.START, chain.append("genesis", now, fields));
    store.tree.append(0, chain.headHash());
  }

  Optional<String> failure() {
    long nanos = System.nanoTime() - writingSince;
    if (writing && nanos > PATIENCE.toNanos()) {
      return Optional.of(
          "the ledger has been writing for "
              + TimeUnit.NANOSECONDS.toSeconds(nanos)
              + " s, nothing is signed: the disk hangs, or the database does not answer");
    }
    return Optional.ofNullable(failure);
  }

  /** Makes {@code batch} durable and tells each job. */
  void write(List<? extends WriterJob> batch) {
    writingSince = System.nanoTime();
    writing = true;
    try {
      writeAll(batch);
    } finally {
      writing = false;
    }
  }

  private void writeAll(List<? extends WriterJob> batch) {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(batch);
        break;
      } catch (SQLException | RuntimeException | Error e) {
        // Errors too: a writer that died of one would leave every later request without an answer.
        reset(e);
        if (attempt == ATTEMPTS || !store.mayTryAgain(e)) {
          giveUp(batch, e);
          return;
        }
        LOG.warn("a batch is written again: {}", e.getMessage());
        limiter.again();
      }
    }
    limiter.written();
    failure = null;
    batch.forEach(WriterJob::committed);
  }

  private void attempt(List<? extends WriterJob> batch) throws SQLException {
    begin();
    store.readAhead(
        cache, batch.stream().map(WriterJob::proposal).filter(Objects::nonNull).toList());
    for (WriterJob job : batch) {
      job.write(this);
    }
    writeSummaries(false);
    writeBudgets();
    writeTimeWitness();
    store.commit(chain);
  }

  /** Writes what is still counted and closes the file. */
  void close() {
    try (store) {
      begin();
      writeSummaries(true);
      writeTimeWitness();
      store.commit(chain);
    } catch (SQLException | RuntimeException e) {
      LOG.error("closing the ledger: {}", e.getMessage());
    }
  }

  private void giveUp(List<? extends WriterJob> batch, Throwable cause) {
    LedgerException reason =
        new LedgerException(
            "the ledger cannot be written, nothing is signed: " + cause.getMessage(), cause);
    failure = reason.getMessage();
    LOG.error("{}", reason.getMessage(), cause);
    batch.forEach(job -> job.failed(reason));
  }

  private void reset(Throwable cause) {
    cache.clear();
    spentBudgets.clear();
    timeWitness = -1;
    store.tree.forget();
    failed = true;
    store.failed(cause);
    try {
      store.rollback();
    } catch (SQLException e) {
      LOG.error("rolling back: {}", e.getMessage());
    }
  }

  // What the tables say counts: a commit that was reported as failed may have been durable, and
  // another node may have written. What is remembered of any key may then be old.
  private void begin() throws SQLException {
    store.begin();
    Optional<ForeignRows> others = store.others();
    if (failed || others.filter(ForeignRows::everything).isPresent()) {
      cache.clear();
      store.tree.forget();
      chain = store.chain();
      failed = false;
    } else if (others.isPresent()) {
      follow(others.get());
    }
    if (others.isPresent()) {
      tell(others.get());
    }
  }

  private void follow(ForeignRows others) throws SQLException {
    cache.forget(others);
    for (byte[] row : others.rows()) {
      if (!ParsedRow.of(row).text("previous").equals(chain.headHash().hex())) {
        throw new LedgerException(
            "row "
                + chain.nextSequence()
                + " does not follow the row before it: the database was"
                + " damaged");
      }
      long sequence = chain.nextSequence();
      chain = RowChain.after(row);
      store.tree.follow(sequence, chain.headHash());
    }
  }

  private void tell(ForeignRows others) throws SQLException {
    if (others.everything()) {
      listener.changed(store.keys.all(), store.keys.withWatermark());
      return;
    }
    List<KeyRecord> changed = new ArrayList<>();
    for (KeyId key : others.bound()) {
      store.keys.find(key).ifPresent(changed::add);
    }
    listener.changed(changed, others.admitted());
  }

  /** From now on {@code told} hears what other nodes do. */
  void listen(ElsewhereListener told) {
    listener = told;
  }

  long append(String kind, Instant time, Map<String, Object> fields) throws SQLException {
    long sequence = chain.nextSequence();
    Sha256 previous = chain.headHash();
    store.rows.append(sequence, previous, chain.append(kind, time, fields));
    store.tree.append(sequence, chain.headHash());
    if (TimeWitness.is(kind, fields)) {
      timeWitness = sequence;
    }
    return sequence;
  }

  private void writeTimeWitness() throws SQLException {
    if (timeWitness >= 0) {
      store.settings.setTimeWitness(timeWitness);
      timeWitness = -1;
    }
  }

  private void writeSummaries(boolean closing) throws SQLException {
    for (RefusalLimiter.Summary summary : limiter.due(clock.instant(), closing)) {
      Map<String, Object> counts = new TreeMap<>();
      summary.counts().forEach((reason, count) -> counts.put(reason.name(), count));
      Map<String, Object> fields = new HashMap<>();
      fields.put("caller", summary.caller());
      fields.put("counts", counts);
      fields.put("from", summary.from().toString());
      append("refusals", clock.instant(), fields);
    }
  }

  private void writeBudgets() throws SQLException {
    for (Map.Entry<String, Bucket> spent : spentBudgets.entrySet()) {
      store.callers.save(spent.getKey(), spent.getValue());
    }
    spentBudgets.clear();
  }

  /**
   * Judges and records.
   *
   * @throws RefusedException if the policy says no; that is written
   */
  Recorded decide(Proposal proposal, SigningPolicy policy, Instant now) throws SQLException {
    try {
      return writeAdmission(judge(proposal, policy, now));
    } catch (RefusedException e) {
      writeRefusal(refusalOf(proposal, e, now));
      throw e;
    }
  }

  /** Judges as the next row would be judged; writes nothing. */
  Admitted judge(Proposal proposal, SigningPolicy policy, Instant now) {
    KeyStatusRule.check(asRecorded(proposal.key()));
    StoreHistory history = new StoreHistory(store, cache, proposal);
    return policy.admit(proposal, history, chain.nextSequence(), now);
  }

  // The request may have been prepared before the key was taken out of use, perhaps elsewhere.
  private KeyRecord asRecorded(KeyRecord key) {
    return cache
        .status(key.number())
        .map(key::withStatus)
        .orElseThrow(
            () ->
                new RefusedException(
                    Refusal.KEY_UNKNOWN,
                    "key " + key.id() + ": not on the record",
                    "a key made here",
                    "ask for the repository's keys, or create one"));
  }

  private static RefusalEntry refusalOf(Proposal proposal, RefusedException refusal, Instant now) {
    return new RefusalEntry(
        now,
        proposal.caller(),
        "sign-" + proposal.key().role().id(),
        proposal.key(),
        proposal.metadata().version(),
        proposal.metadata().canonical().sha256(),
        refusal);
  }

  void issued(Recorded recorded, RawSignature signature, @Nullable MetaFile served, Instant now)
      throws SQLException {
    long row = append("issued", now, RowFields.issued(recorded, signature, served));
    store.contents.insertIssued(recorded.contentSequence(), row);
    if (served != null) {
      store.snapshots.insert(recorded.proposal().key().number(), recorded.version(), served);
    }
  }

  KeyRecord addKey(NewKey key) throws SQLException {
    KeyRecord added = store.keys.insert(key);
    append("key", key.created(), RowFields.keyCreated(added));
    return added;
  }

  KeyRecord setStatus(KeyRecord key, KeyStatus status, String actor, String reason, Instant now)
      throws SQLException {
    // The caller may have read the key before its repository was retired.
    if (store.keys.status(key.number()) == KeyStatus.RETIRED) {
      return key.withStatus(KeyStatus.RETIRED);
    }
    KeyRecord changed = key.withStatus(status);
    store.keys.setStatus(changed);
    cache.putStatus(changed);
    append("key-status", now, RowFields.keyStatus(changed, actor, reason));
    return changed;
  }

  List<KeyRecord> retire(RepositoryName repository, String actor, String reason, Instant now)
      throws SQLException {
    List<KeyRecord> retired = new ArrayList<>();
    for (KeyRecord key : store.keys.all()) {
      if (key.repository().equals(repository) && key.status() != KeyStatus.RETIRED) {
        retired.add(setStatus(key, KeyStatus.RETIRED, actor, reason, now));
      }
    }
    return retired;
  }

  RepositorySettings changeRepository(
      RepositoryName repository,
      UnaryOperator<RepositorySettings> change,
      String actor,
      String reason,
      Instant now)
      throws SQLException {
    RepositorySettings before = store.repositories.settings(repository);
    RepositorySettings after = change.apply(before);
    if (!after.equals(before)) {
      store.repositories.save(after);
      append("repository", now, RowFields.repository(after, actor, reason));
    }
    return after;
  }

  /** What sets watermarks by somebody's word, within this writer's transaction. */
  Restatement restatement() {
    return new Restatement(store, cache, this::append);
  }

  /** What moves rows into segments, within this writer's transaction. */
  ArchiveWriter archive() {
    return new ArchiveWriter(store, this::append);
  }

  void addAuditKey(AuditKey key, String actor) throws SQLException {
    store.auditKeys.insert(key);
    append("audit-key", key.created(), RowFields.auditKey(key, actor));
  }

  void checkpoint(Checkpoint checkpoint, AuditKey key, RawSignature signature, String reason)
      throws SQLException {
    long row =
        append(
            "checkpoint",
            checkpoint.time(),
            RowFields.checkpoint(checkpoint, key, signature, reason));
    store.settings.setCheckpoint(row);
    store.settings.setEpoch(Math.max(store.settings.epoch(), checkpoint.epoch()));
  }

  /** Writes nothing that counts: shows whether the ledger can be written. */
  void touch(Instant now) throws SQLException {
    store.settings.touch(now);
  }

  void writeRefusal(RefusalEntry entry) throws SQLException {
    if (limiter.allows(entry.caller(), entry.refusal().reason(), entry.time())) {
      append("decision", entry.time(), RowFields.refused(entry));
    }
  }

  private Recorded writeAdmission(Admitted admitted) throws SQLException {
    long sequence = append("decision", admitted.time(), RowFields.admitted(admitted));
    String caller = admitted.proposal().caller();
    cache.putCallerBudget(caller, admitted.callerBudget());
    spentBudgets.put(caller, admitted.callerBudget());
    if (admitted.repeated() == null) {
      writeContent(admitted, sequence);
    }
    return new Recorded(admitted, sequence);
  }

  private void writeContent(Admitted admitted, long sequence) throws SQLException {
    KeyRecord key = admitted.proposal().key();
    KeyState before = cache.state(key.number());
    KeyState after = admitted.stateAfter();
    ContentTable.Content content =
        new ContentTable.Content(
            admitted.proposal().metadata().version(),
            admitted.proposal().metadata().canonical().sha256(),
            sequence,
            admitted.time());
    Version watermark = before.watermark();
    if (watermark != null && watermark.compareTo(content.version()) > 0) {
      store.states.lowerWatermark(key.number(), content.version(), sequence);
    }
    if (content.version().equals(watermark)) {
      store.states.update(key.number(), after);
      store.contents.insertOther(key.number(), content);
    } else {
      store.states.save(key.number(), after, content);
      if (before.at().contents() > 1) {
        store.contents.deleteOthers(key.number());
      }
    }
    cache.put(key.number(), after);
    for (Admitted.Remembered hash : admitted.remembered()) {
      store.seen.remember(key.number(), hash);
    }
    if (key.role() == Role.TIMESTAMP && cache.timestampKey(key.repository()) != key.number()) {
      store.repositories.setTimestampKey(key.repository(), key.number());
      cache.putTimestampKey(key.repository(), key.number());
    }
  }
}
