package dev.chancery.door;

import dev.chancery.access.Caller;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.keys.DueDates;
import dev.chancery.keys.OldKey;
import dev.chancery.keys.Repositories.Repository;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.RowFilter;
import dev.chancery.ledger.WatermarkView;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.WatermarkFile;
import dev.chancery.signing.SigningRequest;
import dev.chancery.testing.TestPki;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives the same good answers to everybody, or whatever a test puts in {@link #signing}. */
public final class FakeBackend implements Backend {
  private static final int SIGNATURE = 68;
  public static final KeyId KEY = new KeyId("ab".repeat(32));
  public static final Instant TIME = Instant.parse("2026-11-23T06:54:00Z");
  public static final Sha256 DIGEST = Sha256.of(new byte[] {1});
  public static final KeyRecord RECORD =
      new KeyRecord(
          1,
          KEY,
          Dialect.NOTARY,
          new RepositoryName("r.example/team/app"),
          Role.TIMESTAMP,
          Algorithm.ECDSA,
          KeyMode.RESIDENT,
          new TokenPlace("token", "0001", "timestamp-01", DIGEST),
          KeyStatus.ACTIVE,
          new PublicKeyInfo(TestPki.ecKeys().getPublic().getEncoded()),
          TIME,
          "CN=notary-server");
  public static final SigningOutcome SIGNED =
      new SigningOutcome.Signed(
          KEY,
          Dialect.NOTARY,
          Algorithm.ECDSA,
          new RawSignature(new byte[64]),
          new Version(7),
          DIGEST,
          41,
          false,
          List.of("first use of this key"));

  private static final Checkpoint STATED =
      new Checkpoint("0123456789abcdef0123456789abcdef", 42, DIGEST, DIGEST, 3, TIME);
  public static final SignedCheckpoint CHECKPOINT =
      new SignedCheckpoint(
          STATED,
          new SignedNote(
              STATED.text(),
              List.of(new SignedNote.Signature(STATED.ledgerId(), new byte[SIGNATURE]))));

  /** What was refused at the door: control, caller and operation. */
  public final List<String> refusals = new CopyOnWriteArrayList<>();

  /** What reached the backend. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  public volatile Supplier<CompletableFuture<SigningOutcome>> signing =
      () -> CompletableFuture.completedFuture(SIGNED);

  @Override
  public CompletableFuture<SigningOutcome> sign(Caller caller, SigningRequest request) {
    calls.add("sign " + request.route() + " " + request.key());
    return signing.get();
  }

  @Override
  public CompletableFuture<SigningOutcome> check(Caller caller, SigningRequest request) {
    calls.add("check " + request.route() + " " + request.key());
    return CompletableFuture.completedFuture(
        new SigningOutcome.Checked(KEY, new Version(7), DIGEST, List.of()));
  }

  @Override
  public CompletableFuture<KeyRecord> createKey(
      Caller caller, Dialect dialect, RepositoryName repository, Role role, Algorithm algorithm) {
    calls.add("create " + repository + " " + role + " " + algorithm);
    return CompletableFuture.completedFuture(RECORD);
  }

  @Override
  public KeyRecord key(Caller caller, KeyId id) {
    if (!id.equals(KEY)) {
      throw new RefusedException(Refusal.KEY_UNKNOWN, "key id " + id, "another", "create one");
    }
    return RECORD;
  }

  @Override
  public List<KeyRecord> keys(
      Caller caller, @Nullable RepositoryName repository, @Nullable Role role) {
    calls.add("keys " + repository + " " + role);
    return List.of(RECORD, RECORD);
  }

  @Override
  public CompletableFuture<KeyRecord> freeze(Caller caller, KeyId id, String reason) {
    calls.add("freeze " + reason);
    return CompletableFuture.completedFuture(RECORD.withStatus(KeyStatus.FROZEN));
  }

  @Override
  public CompletableFuture<Integer> rebaseLedger(Caller caller, String reason) {
    calls.add("rebase ledger " + reason);
    return CompletableFuture.completedFuture(2);
  }

  @Override
  public CompletableFuture<SignedNote> sealBackup(
      Caller caller, long rows, Sha256 head, Sha256 content) {
    calls.add("backup " + rows);
    return CompletableFuture.completedFuture(
        new SignedNote("a seal\n", List.of(new SignedNote.Signature("key", new byte[5]))));
  }

  @Override
  public CompletableFuture<SignedCheckpoint> makeCheckpoint(Caller caller) {
    calls.add("make checkpoint");
    return CompletableFuture.completedFuture(CHECKPOINT);
  }

  @Override
  public SignedCheckpoint newestCheckpoint(Caller caller) {
    return CHECKPOINT;
  }

  @Override
  public LedgerPages.Page rows(Caller caller, RowFilter filter, long before, int limit) {
    calls.add("rows " + filter + " " + before + " " + limit);
    return new LedgerPages.Page(
        List.of("{\"kind\":\"genesis\",\"sequence\":0}".getBytes(StandardCharsets.UTF_8)),
        OptionalLong.of(7));
  }

  @Override
  public CompletableFuture<Instant> confirmClock(Caller caller) {
    return CompletableFuture.completedFuture(TIME);
  }

  @Override
  public List<Repository> repositories(Caller caller, @Nullable RepositoryName repository) {
    calls.add("repositories " + repository);
    return List.of(
        new Repository(RepositorySettings.usual(RECORD.repository()), List.of(RECORD), null),
        repository(Custody.PUBLISHER));
  }

  @Override
  public CompletableFuture<KeyRecord> adopt(Caller caller, OldKey key) {
    calls.add("adopt " + key.repository() + " " + key.role() + " " + key.algorithm());
    return CompletableFuture.completedFuture(RECORD);
  }

  @Override
  public CompletableFuture<Repository> registerStart(
      Caller caller,
      RepositoryName repository,
      @Nullable Version timestamp,
      @Nullable Version snapshot,
      String reason) {
    calls.add("start " + repository + " " + timestamp + " " + snapshot + " " + reason);
    return CompletableFuture.completedFuture(repository(Custody.HERE));
  }

  @Override
  public CompletableFuture<Repository> retire(
      Caller caller, RepositoryName repository, String reason) {
    calls.add("retire " + repository + " " + reason);
    return CompletableFuture.completedFuture(repository(Custody.HERE));
  }

  @Override
  public CompletableFuture<Repository> setCustody(
      Caller caller, RepositoryName repository, Custody custody, String reason) {
    calls.add("custody " + repository + " " + custody + " " + reason);
    return CompletableFuture.completedFuture(repository(custody));
  }

  @Override
  public CompletableFuture<Repository> addRoot(
      Caller caller, RepositoryName repository, byte[] file, String reason) {
    calls.add("root " + repository + " " + file.length + " " + reason);
    return CompletableFuture.completedFuture(repository(Custody.HERE));
  }

  @Override
  public List<DueDates.Due> due(Caller caller, @Nullable RepositoryName repository) {
    calls.add("due " + repository);
    return List.of(
        new DueDates.Due(
            RECORD.repository(),
            "timestamp",
            7,
            TIME,
            TIME.plusSeconds(86_400),
            Duration.ofDays(1),
            DueDates.State.OK));
  }

  /** What becomes of lists. */
  public volatile BulkOutcome bulk = new BulkOutcome.Done(2, 1);

  @Override
  public CompletableFuture<BulkOutcome> rebase(
      Caller caller, RebaseList list, Sha256 digest, String reason) {
    calls.add("rebase " + digest + " " + reason);
    return CompletableFuture.completedFuture(bulk);
  }

  @Override
  public CompletableFuture<BulkOutcome> importWatermarks(
      Caller caller, WatermarkFile file, String reason, boolean judgeOnly) {
    calls.add("import " + judgeOnly + " " + reason);
    return CompletableFuture.completedFuture(bulk);
  }

  private static Repository repository(Custody custody) {
    return new Repository(
        new RepositorySettings(RECORD.repository(), custody, new Version(500), new Version(400)),
        List.of(RECORD.withStatus(KeyStatus.RETIRED)),
        null);
  }

  @Override
  public String ledgerId() {
    return "ab".repeat(16);
  }

  @Override
  public List<WatermarkView> watermarks(Caller caller, @Nullable RepositoryName repository) {
    calls.add("watermarks " + repository);
    return List.of(new WatermarkView(RECORD, new Version(7), DIGEST, 1, 41, TIME));
  }

  @Override
  public void refused(String callerName, String operation, RefusedException refusal) {
    refusals.add(refusal.reason() + " " + callerName + " " + operation);
  }
}
