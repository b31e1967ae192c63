package dev.chancery.signing;

import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.audit.BackupSeal;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.Approval;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerRebase;
import dev.chancery.ledger.TreeHead;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the ledger to the token (DESIGN section 5): has it sign a checkpoint at each start, then as
 * often as {@link CheckpointSettings} say, on request and at the end, and keeps the newest in the
 * token as a data object. Each ten seconds what is there is read again: a checkpoint that does not
 * fit this ledger ends signing.
 *
 * <p>A checkpoint is a row before it is in the token, so the ledger is never behind what it gave
 * away. All of it happens on a thread of its own; no signature waits for it.
 */
public final class Checkpoints implements AutoCloseable {
  /** The label of the data object. */
  public static final String LABEL = "chancery-checkpoint";

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String ACTOR = "chancery";
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Sha256 NONE = Sha256.fromBytes(new byte[Sha256.LENGTH]);

  private final SigningToken token;
  private final Ledger ledger;
  private final LedgerBinding binding;
  private final CheckpointSettings settings;
  private final Outside outside;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final AuditKeys auditKeys;
  private final TokenAnchor anchor;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("checkpoints").daemon(true).factory());

  private @Nullable CheckpointSigner signer;
  private @Nullable SignedCheckpoint unwritten;
  private boolean warnedOfNoData;
  private volatile long epoch;
  private volatile long covered;
  private volatile long madeAt;
  private volatile @Nullable SignedCheckpoint newest;
  private volatile @Nullable String failure;
  private final LongAdder signatures = new LongAdder();
  private final LongAdder objectFailures = new LongAdder();

  /**
   * Where checkpoints go and come from beside the token.
   *
   * @param made takes each new one; must not wait
   * @param kept those known from before, looked at once at the start
   */
  public record Outside(Consumer<SignedCheckpoint> made, Supplier<List<KeptCheckpoint>> kept) {
    /** Nowhere. */
    public static final Outside NONE = new Outside(checkpoint -> {}, List::of);
  }

  /** What a look at token and ledger gave. */
  private record Seen(String ledgerId, long size, long epoch, AnchorCheck.Verdict verdict) {}

  /**
   * Prepares; {@link #start} begins.
   *
   * @param random makes the id of a new audit key
   */
  public Checkpoints(
      SigningToken token,
      Ledger ledger,
      LedgerBinding binding,
      CheckpointSettings settings,
      Outside outside,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.token = token;
    this.ledger = ledger;
    this.binding = binding;
    this.settings = settings;
    this.outside = outside;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.auditKeys = new AuditKeys(token, ledger, clock, random);
    this.anchor = new TokenAnchor(token);
  }

  /** Looks once, here, and then again and again; a token that is away is waited for. */
  public void start() {
    look();
    again();
  }

  private void again() {
    later(
        () -> {
          look();
          again();
        },
        binding.distrust().isPresent() ? RETRY : LOOK);
  }

  private void later(Runnable work, Duration pause) {
    try {
      var _ = thread.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed meanwhile", e);
    }
  }

  /** What keeps checkpoints from being made or put into the token, or empty. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** The epoch of this start; 0 before the first checkpoint. */
  public long epoch() {
    return epoch;
  }

  /** How many signatures the token made with the audit key, its certificate's included. */
  public long signatures() {
    return signatures.sum();
  }

  /** How often the token did not take the newest checkpoint. */
  public long objectFailures() {
    return objectFailures.sum();
  }

  /** The newest checkpoint that was made since the start. */
  public Optional<SignedCheckpoint> newest() {
    return Optional.ofNullable(newest);
  }

  /** How long ago what is {@link #covered} was signed or seen; nothing before that. */
  public Optional<Duration> age() {
    return covered == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - madeAt));
  }

  /** How many rows the newest checkpoint covers, of whatever node; 0 before there is one. */
  public long covered() {
    return covered;
  }

  /** Holds the token's checkpoint against the ledger, and makes the next where one is due. */
  synchronized void look() {
    try {
      Seen seen = check();
      if (seen.verdict().refusal() == null && isDue(seen.size()) && !isMadeElsewhere(seen)) {
        make(opened(), "interval", seen.epoch());
      }
      failure = null;
    } catch (TokenException | LedgerException e) {
      failed(e);
    }
  }

  /**
   * A checkpoint of all that is durable now: a new one, unless no row but the newest checkpoint's
   * own has come since.
   *
   * @throws RefusedException LEDGER_ROLLED_BACK
   * @throws TokenException if the token is away
   * @throws LedgerException if the ledger cannot be written
   */
  synchronized SignedCheckpoint request() {
    Seen seen = check();
    binding.require();
    SignedCheckpoint last = newest;
    return last != null && seen.size() - last.checkpoint().treeSize() <= 1
        ? last
        : make(opened(), "request", seen.epoch());
  }

  /**
   * Has the audit key sign that a backup is a copy of this ledger.
   *
   * @throws RefusedException LEDGER_ROLLED_BACK
   * @throws TokenException if the token is away, or was at the start
   */
  synchronized SignedNote seal(BackupSeal seal) {
    binding.require();
    SignedNote sealed = opened().seal(seal);
    signatures.increment();
    return sealed;
  }

  /** Looks; begins this start's epoch where that is still to be done. */
  private Seen check() {
    Seen seen = see();
    RefusedException refusal = seen.verdict().refusal();
    if (refusal != null) {
      stop(refusal);
      return seen;
    }
    if (signer == null) {
      open(seen.ledgerId(), seen.epoch(), seen.verdict().anchor());
    } else {
      write();
      followOthers(seen.verdict().anchor());
    }
    binding.bind();
    return seen;
  }

  // The token is read before the ledger: what it was told stood in the ledger then.
  private Seen see() {
    List<byte[]> values = anchor.values();
    if (!anchor.isKept() && !warnedOfNoData) {
      LOG.warn(
          "the token keeps no data objects: that this ledger was not restored from an old copy"
              + " shows only against a checkpoint kept elsewhere (checkpoints.lastSeen)");
      warnedOfNoData = true;
    }
    return see(values, signer == null ? outside.kept().get() : List.of());
  }

  private Seen see(List<byte[]> values, List<KeptCheckpoint> kept) {
    return ledger.anchor(
        state ->
            new Seen(
                state.ledgerId(),
                state.size(),
                state.epoch(),
                AnchorCheck.judge(values, anchor.isKept(), kept, state)));
  }

  /**
   * Lets this ledger go on though the token's checkpoint does not fit it: the row is durable, then
   * every key that signed is RESUMED, and a checkpoint of a later epoch stands in the token, which
   * stops every other copy.
   *
   * @return how many keys are RESUMED
   * @throws RefusedException REQUEST_INVALID if there is nothing to end
   * @throws TokenException if the token is away
   * @throws LedgerException if the ledger cannot be written
   */
  synchronized int rebase(String actor, String reason) {
    List<byte[]> values = anchor.values();
    Seen seen = see(values, outside.kept().get());
    if (seen.verdict().refusal() == null && binding.distrust().isEmpty()) {
      throw new RefusedException(
          Refusal.REQUEST_INVALID,
          "the token's checkpoint fits this ledger",
          "a ledger that is refused as LEDGER_ROLLED_BACK",
          "there is nothing to do");
    }
    Checkpoint lost = seen.verdict().anchor();
    LedgerRebase order =
        new LedgerRebase(
            new Approval(digest(values), actor),
            reason,
            lost == null ? 0 : lost.treeSize(),
            lost == null ? NONE : lost.headHash(),
            lost == null ? 0 : lost.epoch());
    int resumed = Keys.joined(ledger.rebaseLedger(order, clock.instant()));
    unwritten = null;
    open(seen.ledgerId(), seen.epoch(), lost);
    binding.rebased();
    binding.bind();
    return resumed;
  }

  /** What was there and is given up: the digest of all of it. */
  private static Sha256 digest(List<byte[]> values) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    values.forEach(all::writeBytes);
    return Sha256.of(all.toByteArray());
  }

  private void stop(RefusedException refusal) {
    if (binding.distrust().filter(said -> said.contains(refusal.observed())).isEmpty()) {
      LOG.error("nothing is signed any more: {}", refusal.getMessage());
    }
    binding.refuse(refusal);
  }

  private void failed(RuntimeException e) {
    if (failure == null) {
      LOG.warn("no checkpoint can be made: {}", e.getMessage());
    }
    failure = String.valueOf(e.getMessage());
  }

  private void open(String ledgerId, long known, @Nullable Checkpoint lost) {
    AuditKey key = auditKeys.usable().orElseGet(this::makeKey);
    CheckpointSigner with = CheckpointSigner.of(token, key, ledgerId);
    epoch = Math.max(known, lost == null ? 0 : lost.epoch()) + 1;
    make(with, "start", known);
  }

  private AuditKey makeKey() {
    AuditKey made = auditKeys.make(ACTOR);
    signatures.increment();
    return made;
  }

  // Another node on the same ledger makes checkpoints too; one of them is enough.
  private boolean isMadeElsewhere(Seen seen) {
    Checkpoint theirs = seen.verdict().anchor();
    return theirs != null
        && theirs.treeSize() > covered()
        && seen.size() - theirs.treeSize() < settings.rows()
        && theirs.time().plus(settings.interval()).isAfter(clock.instant());
  }

  private CheckpointSigner opened() {
    if (signer == null) {
      throw new IllegalStateException("no checkpoint before that of the start");
    }
    return signer;
  }

  // Another node on the same ledger makes checkpoints too; one of them is enough.
  private void followOthers(@Nullable Checkpoint anchor) {
    if (anchor != null && anchor.treeSize() > covered) {
      covers(anchor);
    }
  }

  private void covers(Checkpoint checkpoint) {
    covered = checkpoint.treeSize();
    madeAt = nanoTime.getAsLong();
    binding.dueAt(covered + settings.rows(), () -> later(this::look, Duration.ZERO));
  }

  private boolean isDue(long size) {
    long behind = size - covered;
    // The newest checkpoint is itself a row that it does not cover.
    return behind >= settings.rows()
        || (behind > 1 && nanoTime.getAsLong() - madeAt >= settings.interval().toNanos());
  }

  private SignedCheckpoint make(CheckpointSigner with, String reason, long known) {
    TreeHead head = ledger.treeHead();
    // Another node on the same ledger may have started since.
    epoch = Math.max(epoch, known);
    Checkpoint checkpoint =
        new Checkpoint(
            head.ledgerId(), head.size(), head.rootHash(), head.headHash(), epoch, clock.instant());
    RawSignature signature = with.sign(checkpoint);
    signatures.increment();
    Keys.joined(ledger.checkpoint(checkpoint, with.key(), signature, reason));
    SignedCheckpoint made = with.noted(checkpoint, signature);
    signer = with;
    newest = made;
    covers(checkpoint);
    outside.made().accept(made);
    unwritten = made;
    write();
    return made;
  }

  /** Puts what is on the record into the token; tried again at each look, without another row. */
  private void write() {
    SignedCheckpoint made = unwritten;
    if (made == null) {
      return;
    }
    try {
      anchor.put(made.note());
      unwritten = null;
    } catch (TokenException e) {
      objectFailures.increment();
      throw e;
    }
  }

  /** Makes the last checkpoint; what it cannot cover is covered by the next start's. */
  @Override
  public void close() {
    thread.shutdownNow();
    synchronized (this) {
      try {
        if (signer != null && binding.distrust().isEmpty()) {
          // Another copy may have started since the last look: what it left is not written over.
          Seen seen = see();
          if (seen.verdict().refusal() == null) {
            make(opened(), "shutdown", seen.epoch());
          }
        }
      } catch (TokenException | LedgerException e) {
        LOG.warn("no checkpoint at the end: {}", e.getMessage());
      }
    }
  }
}
