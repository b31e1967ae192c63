package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.Version;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.Repositories;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.ExportVerification;
import dev.chancery.ledger.ExportVerifier;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.recovery.FileBytes;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.Recovery;
import dev.chancery.recovery.WatermarkFile;
import dev.chancery.signing.RulesModel.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/** The life of an appliance, step by step, and {@link RulesModel} beside it. */
final class RandomLife implements AutoCloseable {
  private static final Duration LONGER_THAN_SKEW = Duration.ofMinutes(6);
  private static final int KEPT = 4;

  /** What may happen. */
  enum Act {
    NEXT,
    OTHER_BYTES,
    SAME_BYTES,
    STALE,
    JUMP,
    FAR_JUMP,
    EXPIRED,
    TOO_FAR,
    TOKEN_FAILS,
    NEW_KEY,
    FREEZE,
    RETIRE,
    CLOCK_JUMPS,
    RESTART,
    CRASH,
    SECOND_PROCESS,
    REBASE,
    IMPORT,
    KEEP_COPY,
    RESTORE_COPY,
    COPY_STARTS
  }

  /** An act, and two numbers that choose what it is done to. */
  record Step(Act act, int which, int other) {}

  /** A copy of the ledger from earlier, and what the model said then. */
  private record Kept(LifeStore store, RulesModel model, long rows, long epoch) {}

  /** A file that was signed. */
  private record Document(Content content, FileBytes file) {}

  private final Map<String, Integer> verdicts;
  private final MovableClock clock;
  private final FakeToken token = new FakeToken();
  private final Map<KeyId, KeyRecord> everMade = new HashMap<>();
  private final Map<KeyId, List<Document>> documents = new HashMap<>();
  private final List<Kept> kept = new ArrayList<>();
  private RulesModel model = new RulesModel();
  private LifeNode node;
  private int contents;
  private int steps;

  /**
   * A new life.
   *
   * @param store has a new ledger
   * @param verdicts counts how often each verdict came
   */
  RandomLife(LifeStore store, MovableClock clock, Map<String, Integer> verdicts) {
    this.clock = clock;
    this.verdicts = verdicts;
    this.node = new LifeNode(store, clock, token);
    newKey(0, 0);
  }

  void step(Step step) {
    clock.advance(Duration.ofSeconds(1 + step.other() % 90));
    if (++steps % 50 == 0) {
      node.checkpoints.look();
    }
    KeyRecord record = recent(step.which());
    switch (step.act()) {
      case NEW_KEY -> newKey(step.which(), step.other());
      case FREEZE -> freeze(record);
      case RETIRE -> retire(record.repository());
      case CLOCK_JUMPS -> clockJumps(record, step.other());
      case RESTART -> restart();
      case CRASH -> crash();
      case SECOND_PROCESS -> assertThrows(LedgerException.class, () -> node.store.open(clock));
      case REBASE -> rebase(step);
      case IMPORT -> importWatermark(record, step);
      case KEEP_COPY -> keepCopy();
      case RESTORE_COPY -> restoreCopy(step);
      case COPY_STARTS -> copyStarts(record, step.other());
      default -> request(record, content(step.act(), step.other(), key(record)), step.act());
    }
  }

  /** One of the six newest keys that the ledger knows. */
  private KeyRecord recent(int which) {
    List<KeyId> known = List.copyOf(model.keys.keySet());
    return record(known.get(Math.max(0, known.size() - 1 - which % 6)));
  }

  private KeyRecord record(KeyId id) {
    return Objects.requireNonNull(everMade.get(id));
  }

  private RulesModel.Key key(KeyRecord record) {
    RulesModel.Key key = model.keys.get(record.id());
    if (key == null) {
      throw new IllegalStateException("a key that the model does not know");
    }
    return key;
  }

  private Content content(Act act, int other, RulesModel.Key key) {
    Content newest = key.newest;
    if (act == Act.SAME_BYTES && newest != null) {
      return newest;
    }
    int base = key.watermark == 0 ? model.highest(key) : key.watermark;
    int version =
        switch (act) {
          case OTHER_BYTES, SAME_BYTES -> Math.max(1, key.watermark);
          case STALE -> Math.max(1, key.watermark - 1 - other % 3);
          case JUMP -> base + 2 + other % 5;
          case FAR_JUMP -> base + (key.watermark == 0 ? 1000 : 10) + other % 2;
          default -> base + 1;
        };
    Duration life = Duration.ofDays(key.role == Role.TIMESTAMP ? 14 : 1095);
    Duration left =
        switch (act) {
          case EXPIRED -> Duration.ofHours(1).minusSeconds(1);
          case TOO_FAR -> life.plusHours(24).plusSeconds(1);
          default -> life;
        };
    return made(key.role, version, clock.instant().plus(left));
  }

  private Content made(Role role, int version, Instant expires) {
    MetaFile file = SigningBench.file("content " + contents++);
    Map<String, MetaFile> meta =
        role == Role.TIMESTAMP
            ? Map.of("snapshot", file)
            : Map.of("root", SigningBench.file("root"), "targets", file);
    String type = role == Role.TIMESTAMP ? "Timestamp" : "Snapshot";
    return new Content(version, expires, SigningBench.signedPart(type, version, expires, meta));
  }

  private void next(KeyRecord record) {
    request(record, content(Act.NEXT, 0, key(record)), Act.NEXT);
  }

  @SuppressWarnings("ReferenceEquality") // the very content
  private void request(KeyRecord record, Content content, Act act) {
    RulesModel.Key key = model.keys.get(record.id());
    boolean isRepeat = key != null && key.newest == content;
    boolean isAnswered = isRepeat && key != null && key.signed;
    boolean fails = act == Act.TOKEN_FAILS;
    String judged = model.judge(record.id(), content, clock.instant());
    String expected = judged.equals("admit") && fails && !isAnswered ? "token failed" : judged;
    long calls = token.signCalls();
    assertEquals(expected, verdict(record, content, fails));
    verdicts.merge(expected, 1, Integer::sum);
    boolean asksToken = judged.equals("admit") && !isAnswered;
    assertEquals(asksToken ? calls + 1 : calls, token.signCalls(), "C_Sign calls");
    if (judged.equals("admit") && key != null) {
      key.resumed &= isRepeat;
      key.set(content.version(), content, isAnswered || !fails);
    }
  }

  private String verdict(KeyRecord record, Content content, boolean fails) {
    if (fails) {
      token.fail(Optional.of(new TokenException("CKR_DEVICE_ERROR", "as this step demands")));
    }
    try {
      SigningOutcome outcome = node.bench.sign(record, content.bytes());
      if (outcome instanceof SigningOutcome.Signed signed) {
        keep(record, content, signed);
      }
      return SigningBench.verdict(outcome);
    } catch (CompletionException e) {
      assertTrue(e.getCause() instanceof TokenException, e.toString());
      return "token failed";
    } finally {
      token.fail(Optional.empty());
    }
  }

  private void keep(KeyRecord record, Content content, SigningOutcome.Signed signed) {
    String file =
        "{\"signed\":%s,\"signatures\":[{\"keyid\":\"%s\",\"method\":\"ecdsa\",\"sig\":\"%s\"}]}"
            .formatted(
                new String(content.bytes(), StandardCharsets.US_ASCII),
                record.id().hex(),
                signed.signature().base64());
    List<Document> of = documents.computeIfAbsent(record.id(), id -> new ArrayList<>());
    of.add(new Document(content, new FileBytes(file.getBytes(StandardCharsets.US_ASCII))));
    if (of.size() > 2 * KEPT) {
      of.removeFirst();
    }
  }

  /** Where the quota is used up there is none; that is not what this is about. */
  private void newKey(int repository, int role) {
    RepositoryName name = new RepositoryName("registry.example/life/" + repository % 3);
    try {
      KeyRecord made = node.bench.key(name, role % 2 == 0 ? Role.TIMESTAMP : Role.SNAPSHOT);
      everMade.put(made.id(), made);
      model.keys.putIfAbsent(made.id(), new RulesModel.Key(name.value(), made.role()));
    } catch (RefusedException e) {
      assertEquals("KEY_QUOTA", e.reason().name());
    } catch (CompletionException e) {
      assertTrue(e.getCause() instanceof RefusedException, e.toString());
    }
  }

  private void freeze(KeyRecord record) {
    if (key(record).status.equals("active") && model.keys.size() > 3) {
      node.bench.keys.freeze(TestCaller.ALL, record.id(), "lost").join();
      key(record).status = "frozen";
    }
  }

  private void retire(RepositoryName name) {
    SigningBench bench = node.bench;
    new Repositories(bench.ledger, bench.registry, bench.access, clock)
        .retire(TestCaller.ALL, name, "deleted")
        .join();
    model.keys.values().stream()
        .filter(key -> key.repository.equals(name.value()))
        .forEach(key -> key.status = "retired");
  }

  private void clockJumps(KeyRecord record, int by) {
    Duration jump = by % 2 == 0 ? LONGER_THAN_SKEW : LONGER_THAN_SKEW.negated();
    clock.jump(jump);
    model.clockTrusted = false;
    next(record);
    clock.jump(jump.negated());
    next(record);
    if (by % 3 == 0) {
      SigningBench bench = node.bench;
      new ClockConfirmation(bench.access, bench.ledger, bench.guard, clock)
          .confirm(TestCaller.ALL)
          .join();
    } else {
      restart();
    }
    model.clockTrusted = true;
  }

  private void restart() {
    node.close();
    start(node.store);
  }

  /** The files as they are while they are open: what SIGKILL leaves. */
  private void crash() {
    LifeStore left = node.copied();
    node.kill();
    start(left);
  }

  private void start(LifeStore store) {
    node = new LifeNode(store, clock, token);
    assertTrue(node.isBound(), () -> node.bench.binding.distrust().toString());
    assertWatermarks();
  }

  /** Some keys are set to documents that they signed, under one digest; or none of them. */
  private void rebase(Step step) {
    List<RebaseList.Entry> entries = new ArrayList<>();
    Map<RulesModel.Key, Content> targets = new HashMap<>();
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i <= step.other() % 3; i++) {
      KeyRecord record = recent(step.which() + i);
      RulesModel.Key key = key(record);
      List<Document> signed = documents.getOrDefault(record.id(), List.of());
      if (key.watermark == 0 || signed.isEmpty() || targets.containsKey(key)) {
        continue;
      }
      Document document = signed.get(step.other() % signed.size());
      boolean isMoved = (step.other() + i) % 5 == 0;
      entries.add(entry(record, document, isMoved ? key.watermark + 1 : key.watermark));
      targets.put(key, document.content());
      if (key.status.equals("retired")) {
        refusals.add("REPOSITORY_RETIRED");
      } else if (isMoved) {
        refusals.add("WATERMARK_MOVED");
      }
    }
    RebaseList list =
        new RebaseList(SigningBench.LEDGER_ID, clock.instant(), "https://trust.test", entries);
    BulkOutcome outcome =
        recovery().rebase(TestCaller.ALL, list, list.digest(), "lost commits").join();
    assertEquals(refusals.stream().sorted().toList(), refusals(outcome));
    if (refusals.isEmpty()) {
      targets.forEach(
          (key, content) -> {
            key.set(content.version(), content, false);
            key.resumed = true;
          });
      count("re-base", targets.size());
    }
  }

  private static RebaseList.Entry entry(KeyRecord record, Document document, int from) {
    return new RebaseList.Entry(
        record.id(),
        record.repository(),
        record.role(),
        new Version(from),
        new Version(document.content().version()),
        Sha256.of(document.content().bytes()),
        document.file());
  }

  private Recovery recovery() {
    SigningBench bench = node.bench;
    return new Recovery(bench.ledger, bench.registry, bench.access, clock, 1000);
  }

  private static List<String> refusals(BulkOutcome outcome) {
    return switch (outcome) {
      case BulkOutcome.Done done -> List.of();
      case BulkOutcome.Refused(var refusals) ->
          refusals.stream().map(each -> each.refusal().reason().name()).sorted().toList();
    };
  }

  private void importWatermark(KeyRecord record, Step step) {
    RulesModel.Key key = key(record);
    int base = key.watermark == 0 ? model.highest(key) : key.watermark;
    int[] versions = {base - 1, base, base + 1, base + 7, base + 1000, base + 1001};
    int version = Math.max(1, versions[step.other() % versions.length]);
    boolean judgeOnly = step.which() % 4 == 0;
    WatermarkFile file =
        new WatermarkFile(
            "another signer's",
            clock.instant(),
            List.of(
                new WatermarkFile.Entry(
                    record.id(),
                    record.repository(),
                    record.role(),
                    Dialect.NOTARY,
                    new Version(version),
                    Sha256.of(("elsewhere " + contents++).getBytes(StandardCharsets.UTF_8)),
                    null)));
    String expected = model.judgeImport(key, version);
    BulkOutcome outcome =
        recovery().importWatermarks(TestCaller.ALL, file, "moved here", judgeOnly).join();
    assertEquals(expected.equals("admit") ? List.of() : List.of(expected), refusals(outcome));
    if (expected.equals("admit") && !judgeOnly && version != key.watermark) {
      key.set(version, null, false);
      count("import", 1);
    }
  }

  private void keepCopy() {
    kept.add(new Kept(node.copied(), model.copy(), node.rows(), node.checkpoints.epoch()));
    if (kept.size() > KEPT) {
      kept.removeFirst();
    }
  }

  /** Somebody puts an older ledger in the place of the one that is there. */
  private void restoreCopy(Step step) {
    if (kept.isEmpty()) {
      return;
    }
    Kept old = kept.get(step.which() % kept.size());
    LifeNode before = node;
    if (step.other() % 2 == 0) {
      before.kill();
    } else {
      before.close();
    }
    boolean isBehind =
        old.epoch() < before.checkpoints.epoch() || old.rows() < before.checkpoints.covered();
    node = new LifeNode(old.store().copy(), clock, token);
    assertEquals(isBehind, !node.isBound(), () -> node.bench.binding.distrust().toString());
    RulesModel newer = model;
    model = old.model().copy();
    assertWatermarks();
    if (isBehind) {
      refusesAll();
      if (step.other() % 3 == 0) {
        node.close();
        model = newer;
        start(before.store);
        return;
      }
      assertEquals(model.resumeAll(), node.checkpoints.rebase("CN=operator", "disk lost"));
    }
    assertTrue(node.isBound(), () -> node.bench.binding.distrust().toString());
    count(isBehind ? "restore, re-based" : "restore that nothing tells of", 1);
    askForALostKey();
  }

  /** Nothing is signed with a ledger that the token's checkpoint does not fit. */
  private void refusesAll() {
    model.bound = false;
    List.copyOf(model.keys.keySet()).stream().limit(3).forEach(id -> next(record(id)));
    model.bound = true;
  }

  private void askForALostKey() {
    everMade.values().stream()
        .filter(record -> !model.keys.containsKey(record.id()))
        .findFirst()
        .ifPresent(record -> request(record, made(record.role(), 1, in14Days()), Act.NEXT));
  }

  private Instant in14Days() {
    return clock.instant().plus(Duration.ofDays(14));
  }

  /** A copy of the ledger is started beside it, on the same token: one of the two must stop. */
  private void copyStarts(KeyRecord record, int choice) {
    LifeNode copy = new LifeNode(node.copied(), clock, token);
    assertTrue(copy.isBound(), "the later one");
    RulesModel ofCopy = model.copy();
    next(record); // Until it looks, the first does not know.
    node.checkpoints.look();
    refusesAll();
    if (choice % 2 == 0) {
      node.close();
      node = copy;
      model = ofCopy;
    } else {
      assertEquals(model.resumeAll(), node.checkpoints.rebase("CN=operator", "it is this one"));
      copy.checkpoints.look();
      assertTrue(!copy.isBound(), "the one that was given up");
      copy.close();
    }
    node.checkpoints.look();
    assertTrue(node.isBound(), () -> node.bench.binding.distrust().toString());
    assertWatermarks();
    count("copy started", 1);
  }

  private void count(String what, int times) {
    verdicts.merge(what, times, Integer::sum);
  }

  private void assertWatermarks() {
    Map<String, Integer> expected = new TreeMap<>();
    model.keys.forEach(
        (id, key) -> {
          if (key.watermark > 0) {
            expected.put(id.hex(), key.watermark);
          }
        });
    Map<String, Integer> actual = new TreeMap<>();
    node.bench
        .ledger
        .watermarks()
        .forEach(each -> actual.put(each.key().id().hex(), each.version().number()));
    assertEquals(expected, actual);
  }

  /** Both verifiers find nothing, in the database and in an export. */
  void verify() {
    node.bench.ledger.probe(clock.instant()).join();
    assertWatermarks();
    assertEquals(List.of(), LedgerVerifier.verify(node.store.reader()).findings());
    ExportVerification export = exportVerified();
    assertEquals(List.of(), export.findings());
    assertTrue(export.checkpoints() > 0);
    count("signatures verified", Math.toIntExact(export.signatures()));
  }

  private ExportVerification exportVerified() {
    List<VerificationKey> auditKeys =
        node.bench.ledger.auditKeys().stream()
            .map(key -> VerificationKey.parse(key.algorithm(), key.publicKey().der()))
            .toList();
    ByteArrayOutputStream export = new ByteArrayOutputStream();
    try {
      node.store.reader().export(0, Long.MAX_VALUE, export);
      return ExportVerifier.verify(
          new ByteArrayInputStream(export.toByteArray()), auditKeys, null, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
