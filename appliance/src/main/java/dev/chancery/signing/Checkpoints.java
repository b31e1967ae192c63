package dev.chancery.signing;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.NoteKey;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.Approval;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerHead;
import dev.chancery.ledger.LedgerRebase;
import dev.chancery.ledger.TreeHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the ledger to the token (DESIGN section 5): has it sign a checkpoint at each start, then at
 * the latest every {@link #MOST_ROWS} rows or {@link #MOST_AGE} and at the end, and keeps the
 * newest in the token as a data object. Each ten seconds what is there is read again: a checkpoint
 * that does not fit this ledger ends signing.
 *
 * <p>A checkpoint is a row before it is in the token, so the ledger is never behind what it gave
 * away. All of it happens on a thread of its own; no signature waits for it.
 */
public final class Checkpoints implements AutoCloseable {
  /** The label of the data object. */
  public static final String LABEL = "chancery-checkpoint";

  /** The label of an object that only shows whether this token keeps any. */
  private static final String TRIAL = "chancery-trial";

  /** After so many rows a checkpoint is made. */
  static final long MOST_ROWS = 1_000;

  /** So old the newest checkpoint may get while there are newer rows. */
  static final Duration MOST_AGE = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String ACTOR = "chancery";
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int KEY_ID_BYTES = 12;
  private static final Sha256 NONE = Sha256.fromBytes(new byte[Sha256.LENGTH]);

  private final SigningToken token;
  private final Ledger ledger;
  private final LedgerBinding binding;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("checkpoints").daemon(true).factory());

  private @Nullable Signer signer;
  private volatile long epoch;
  private volatile long covered;
  private volatile long madeAt;
  private volatile @Nullable String failure;
  private boolean warnedOfNoData;
  private boolean tried;
  private volatile boolean writeFailed;
  private final LongAdder signatures = new LongAdder();

  /** The audit key in use: on the record, and in the token. */
  private record Signer(AuditKey key, NoteKey note, TokenKey tokenKey) {}

  /**
   * Prepares; {@link #start} begins.
   *
   * @param random makes the id of a new audit key
   */
  public Checkpoints(
      SigningToken token,
      Ledger ledger,
      LedgerBinding binding,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.token = token;
    this.ledger = ledger;
    this.binding = binding;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** Looks once, here, and then again and again; a token that is away is waited for. */
  public void start() {
    look();
    again();
  }

  private void again() {
    // Each attempt that gets as far as the object leaves a row: no such row each second.
    Duration pause = binding.distrust().isPresent() && !writeFailed ? RETRY : LOOK;
    later(
        () -> {
          look();
          again();
        },
        pause);
  }

  private void later(Runnable work, Duration pause) {
    try {
      var _ = thread.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed meanwhile", e);
    }
  }

  /** What keeps checkpoints from being made, or empty. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** The epoch of this start; 0 before the first checkpoint. */
  public long epoch() {
    return epoch;
  }

  /** How many signatures the token made for checkpoints and for the audit key's certificate. */
  public long signatures() {
    return signatures.sum();
  }

  /** How many rows the newest checkpoint covers. */
  public long covered() {
    return covered;
  }

  /** Holds the token's checkpoint against the ledger, and makes the next where one is due. */
  synchronized void look() {
    try {
      AnchorCheck.Verdict verdict = AnchorCheck.judge(inToken(), known());
      RefusedException refusal = verdict.refusal();
      if (refusal != null) {
        stop(refusal);
        return;
      }
      if (signer == null) {
        open(verdict.anchor());
      } else {
        followOthers(verdict.anchor());
        if (isDue()) {
          make("interval");
        }
      }
      binding.bind();
      failure = null;
    } catch (TokenException | LedgerException e) {
      failed(e);
    }
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
    List<byte[]> values = inToken();
    AnchorCheck.Verdict verdict = AnchorCheck.judge(values, known());
    if (verdict.refusal() == null && binding.distrust().isEmpty()) {
      throw new RefusedException(
          Refusal.REQUEST_INVALID,
          "the token's checkpoint fits this ledger",
          "a ledger that is refused as LEDGER_ROLLED_BACK",
          "there is nothing to do");
    }
    Checkpoint lost = verdict.anchor();
    LedgerRebase order =
        new LedgerRebase(
            new Approval(digest(values), actor),
            reason,
            lost == null ? 0 : lost.treeSize(),
            lost == null ? NONE : lost.headHash(),
            lost == null ? 0 : lost.epoch());
    int resumed = Keys.joined(ledger.rebaseLedger(order, clock.instant()));
    signer = null;
    open(lost);
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

  /** The values under the label; none where the token keeps no data objects. */
  private List<byte[]> inToken() {
    try {
      List<byte[]> values = token.data(LABEL);
      if (values.isEmpty() && !tried && !warnedOfNoData) {
        // A search finds nothing in a token that keeps no such objects; only writing tells.
        token.replaceData(TRIAL, new byte[] {1});
        tried = true;
      }
      return values;
    } catch (TokenException e) {
      if (!e.ckr().equals("DATA_UNSUPPORTED")) {
        throw e;
      }
      if (!warnedOfNoData) {
        LOG.warn(
            "the token keeps no data objects: that this ledger was not restored from an old copy"
                + " shows only against a checkpoint that somebody else keeps");
        warnedOfNoData = true;
      }
      return List.of();
    }
  }

  private AnchorCheck.Known known() {
    LedgerHead head = ledger.head();
    List<NoteKey> keys =
        ledger.auditKeys().stream().map(key -> key.noteKey(head.ledgerId())).toList();
    // Without data objects there is none to be missed.
    long known = warnedOfNoData ? 0 : ledger.epoch();
    return new AnchorCheck.Known(
        head.ledgerId(), head.sequence() + 1, known, keys, ledger::rowHash);
  }

  private void open(@Nullable Checkpoint anchor) {
    String ledgerId = ledger.head().ledgerId();
    AuditKey key = usableKey().orElseGet(this::makeKey);
    TokenKey tokenKey = token.find(key.place().keyId()).orElseThrow(Checkpoints::keyLost);
    signer = new Signer(key, key.noteKey(ledgerId), tokenKey);
    epoch = Math.max(ledger.epoch(), anchor == null ? 0 : anchor.epoch()) + 1;
    try {
      make("start");
    } catch (RuntimeException e) {
      signer = null;
      throw e;
    }
  }

  private static TokenException keyLost() {
    return new TokenException("KEY_LOST", "the audit key just made is not in the token");
  }

  /** The audit key in use, if the token has it as it is on the record. */
  private Optional<AuditKey> usableKey() {
    List<AuditKey> keys = ledger.auditKeys();
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    AuditKey key = keys.getLast();
    Optional<AuditKey> usable =
        token
            .find(key.place().keyId())
            .filter(found -> Arrays.equals(found.subjectPublicKeyInfo(), key.publicKey().der()))
            .filter(found -> KeyRegistry.fingerprint(found).equals(key.place().attributes()))
            .map(found -> key);
    if (usable.isEmpty()) {
      LOG.warn("the token has not got the audit key {}: a new one is made", key.id());
    }
    return usable;
  }

  private AuditKey makeKey() {
    boolean edwards = token.supported().contains(KeySpec.ED25519);
    byte[] bytes = new byte[KEY_ID_BYTES];
    random.nextBytes(bytes);
    TokenKey made =
        token.generate(
            edwards ? KeySpec.ED25519 : KeySpec.EC_P256,
            "audit-" + HexFormat.of().formatHex(bytes));
    signatures.increment();
    AuditKey key =
        new AuditKey(
            edwards ? Algorithm.ED25519 : Algorithm.ECDSA,
            Keys.place(token, made),
            new PublicKeyInfo(made.subjectPublicKeyInfo()),
            clock.instant());
    Keys.joined(ledger.addAuditKey(key, ACTOR));
    return key;
  }

  // Another node on the same ledger makes checkpoints too; one of them is enough.
  private void followOthers(@Nullable Checkpoint anchor) {
    if (anchor != null && anchor.treeSize() > covered) {
      covered = anchor.treeSize();
      madeAt = nanoTime.getAsLong();
      binding.dueAt(covered + MOST_ROWS, () -> later(this::look, Duration.ZERO));
    }
  }

  private boolean isDue() {
    long behind = ledger.head().sequence() + 1 - covered;
    // The newest checkpoint is itself a row that it does not cover.
    return behind >= MOST_ROWS
        || (behind > 1 && nanoTime.getAsLong() - madeAt >= MOST_AGE.toNanos());
  }

  private void make(String reason) {
    Signer with = signer;
    if (with == null) {
      return;
    }
    TreeHead head = ledger.treeHead();
    // Another node on the same ledger may have started since.
    epoch = Math.max(epoch, ledger.epoch());
    Checkpoint checkpoint =
        new Checkpoint(
            head.ledgerId(), head.size(), head.rootHash(), head.headHash(), epoch, clock.instant());
    RawSignature signature = sign(with, checkpoint.text());
    Keys.joined(ledger.checkpoint(checkpoint, with.key(), signature, reason));
    if (!warnedOfNoData) {
      writeFailed = true;
      token.replaceData(LABEL, checkpoint.signed(with.note(), signature).bytes());
      writeFailed = false;
    }
    covered = head.size();
    madeAt = nanoTime.getAsLong();
    binding.dueAt(covered + MOST_ROWS, () -> later(this::look, Duration.ZERO));
  }

  private RawSignature sign(Signer with, String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    RawSignature signature = new RawSignature(Keys.joined(token.sign(with.tokenKey(), message)));
    signatures.increment();
    if (!with.note().verifies(text, signature)) {
      throw new TokenException("SIGNATURE_INVALID", "the checkpoint's signature does not verify");
    }
    return signature;
  }

  /** Makes the last checkpoint; what it cannot cover is covered by the next start's. */
  @Override
  public void close() {
    thread.shutdownNow();
    synchronized (this) {
      try {
        // Another copy may have started since the last look: what it left is not written over.
        if (signer != null
            && binding.distrust().isEmpty()
            && AnchorCheck.judge(inToken(), known()).refusal() == null) {
          make("shutdown");
        }
      } catch (TokenException | LedgerException e) {
        LOG.warn("no checkpoint at the end: {}", e.getMessage());
      }
    }
  }
}
