package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.TokenPlace;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on a fresh ledger, and what its tests say over and over. */
abstract class PathTest {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final KeyRecord NO_KEY =
      new KeyRecord(
          1_000_000,
          new KeyId("00".repeat(32)),
          Dialect.NOTARY,
          new RepositoryName("registry.example/nobody"),
          Role.TIMESTAMP,
          Algorithm.ECDSA,
          KeyMode.RESIDENT,
          new TokenPlace("fake", "0001", "none", Sha256.of(new byte[] {1})),
          KeyStatus.ACTIVE,
          new PublicKeyInfo(new byte[] {1}),
          START,
          "CN=nobody");

  @TempDir Path directory;

  final MovableClock clock = new MovableClock(START);
  final FakeToken token = new FakeToken();
  SigningBench bench;

  /** The policy's bounds; a test of budgets or of high versions has its own. */
  PolicySettings settings() {
    return PolicySettings.NOTARY;
  }

  SigningBench bench() {
    return new SigningBench(directory.resolve("ledger.db"), clock, settings(), token);
  }

  @BeforeEach
  void open() {
    bench = bench();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** What a restart of the process does. */
  void reopen() {
    bench.close();
    open();
  }

  KeyRecord timestampKey() {
    return bench.key(SigningBench.APP, Role.TIMESTAMP);
  }

  KeyRecord snapshotKey() {
    return bench.key(SigningBench.APP, Role.SNAPSHOT);
  }

  /** A timestamp naming a file that was not signed here, another for each {@code snapshot}. */
  byte[] timestamp(int version, String snapshot) {
    return bench.timestamp(version, SigningBench.file(snapshot));
  }

  /** A snapshot naming root, {@code targets} and {@code delegations}. */
  byte[] snapshot(int version, String targets, String... delegations) {
    Map<String, MetaFile> meta = new TreeMap<>();
    meta.put("root", SigningBench.file("root"));
    meta.put("targets", SigningBench.file(targets));
    for (String delegation : delegations) {
      meta.put("targets/" + delegation, SigningBench.file(delegation));
    }
    return bench.snapshot(version, meta);
  }

  /** Metadata of the key's role, another for each {@code content}. */
  byte[] metadata(KeyRecord key, int version, String content) {
    return key.role() == Role.TIMESTAMP ? timestamp(version, content) : snapshot(version, content);
  }

  SigningOutcome.Signed admits(KeyRecord key, byte[] signed) {
    return SigningBench.signed(judged("admit", key, signed));
  }

  RefusedException refuses(Refusal reason, KeyRecord key, byte[] signed) {
    SigningOutcome outcome = judged(reason.name(), key, signed);
    return ((SigningOutcome.Refused) outcome).refusal();
  }

  /**
   * Checks and signs {@code signed} and expects {@code verdict} both times: a check changes
   * nothing, a refusal asks the token for nothing and stands on the record.
   */
  SigningOutcome judged(String verdict, KeyRecord key, byte[] signed) {
    long rows = rows().size();
    long calls = token.signCalls();
    assertEquals(verdict, SigningBench.verdict(bench.check(key, signed)), "of the check");
    // What is refused before the ledger judges it is on the record for a check too.
    for (ParsedRow row : rows().subList((int) rows, rows().size())) {
      assertEquals("check " + verdict, row.text("operation") + " " + row.text("control"));
    }
    assertEquals(calls, token.signCalls(), "token operations after the check");
    SigningOutcome outcome = bench.sign(key, signed);
    assertEquals(verdict, SigningBench.verdict(outcome), () -> "of the signing: " + outcome);
    if (outcome instanceof SigningOutcome.Refused) {
      assertEquals(calls, token.signCalls(), "token operations after the refusal");
      assertEquals(verdict, newestRow().text("control"));
      assertEquals(key.id().hex(), newestRow().text("keyid"));
    }
    return outcome;
  }

  /** The snapshot of this version signed here, as the trust server serves it. */
  MetaFile issued(KeyRecord key, int version, String targets) {
    byte[] signed = snapshot(version, targets);
    return SigningBench.served(key, signed, admits(key, signed).signature());
  }

  /** All rows, once what is queued is durable. */
  List<ParsedRow> rows() {
    settle();
    List<ParsedRow> rows = new ArrayList<>();
    bench.ledger.rows(0, (sequence, body) -> rows.add(ParsedRow.of(body)));
    return rows;
  }

  ParsedRow newestRow() {
    return rows().getLast();
  }

  // Jobs are done in order, and a judgement leaves no row: when it is answered, all before it is
  // durable.
  private void settle() {
    byte[] expired = SigningBench.timestamp(1, SigningBench.file("settle"), clock.instant());
    OnlineMetadata metadata =
        MetadataDialects.of(Dialect.NOTARY).parse(Role.TIMESTAMP, expired, FormOptions.DEFAULT);
    Proposal proposal = new Proposal("CN=settle", NO_KEY, metadata, null);
    bench
        .ledger
        .judge(proposal, new SigningPolicy(PolicySettings.NOTARY), clock.instant())
        .exceptionally(refused -> null)
        .join();
  }
}
