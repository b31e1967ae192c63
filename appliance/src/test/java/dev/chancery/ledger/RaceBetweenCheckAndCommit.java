package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Many callers, each with other bytes, want one and the same new version of a key at the moment
 * that is most dangerous: after somebody's decision was judged and before it is durable. Nothing in
 * the program is made for this: a batch's last job is a change of a repository, whose function is
 * the test's own and waits; so all decisions before it in the batch are judged and none is
 * committed.
 *
 * <p>The nodes may be one ledger, or several on one database; there the second must wait for the
 * first one's commit, or fail and be asked again.
 */
final class RaceBetweenCheckAndCommit {
  private static final RepositoryName GATE = new RepositoryName("race.test/gate");
  private static final int PATIENCE_SECONDS = 20;

  private final List<? extends Ledger> nodes;
  private final SigningPolicy policy;
  private final Instant now;

  RaceBetweenCheckAndCommit(List<? extends Ledger> nodes, SigningPolicy policy, Instant now) {
    this.nodes = nodes;
    this.policy = policy;
    this.now = now;
  }

  /**
   * Runs it.
   *
   * @param proposals the i-th caller's, all of one key and version
   * @return the admissions that came about
   */
  List<Recorded> run(int callers, IntFunction<Proposal> proposals) throws InterruptedException {
    CountDownLatch firstOpen = new CountDownLatch(1);
    CountDownLatch first = gate(0, firstOpen);
    await(first);
    // The writer is held: all this waits in its queue and becomes one batch, closed by a gate.
    List<CompletableFuture<Recorded>> asked = new ArrayList<>();
    for (int i = 0; i < callers / 2; i++) {
      asked.add(nodes.getFirst().record(proposals.apply(i), policy, now));
    }
    CountDownLatch secondOpen = new CountDownLatch(1);
    CountDownLatch second = gate(1, secondOpen);
    firstOpen.countDown();
    await(second);
    // Now the first half is judged and not committed; the others come, at every node.
    for (int i = callers / 2; i < callers; i++) {
      asked.add(nodes.get(i % nodes.size()).record(proposals.apply(i), policy, now));
    }
    assertTrue(
        asked.subList(0, callers / 2).stream().noneMatch(CompletableFuture::isDone),
        "an answer before its decision was durable");
    secondOpen.countDown();
    List<Recorded> admitted = new ArrayList<>();
    asked.forEach(each -> admitted(each).ifPresent(admitted::add));
    return admitted;
  }

  private static Optional<Recorded> admitted(CompletableFuture<Recorded> asked) {
    try {
      return Optional.of(asked.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof RefusedException || e.getCause() instanceof LedgerException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Counts down when the first node's writer is in the gate, which it leaves when {@code open}. */
  private CountDownLatch gate(int number, CountDownLatch open) {
    CountDownLatch entered = new CountDownLatch(1);
    var _ =
        nodes
            .getFirst()
            .changeRepository(
                GATE,
                settings -> {
                  entered.countDown();
                  await(open);
                  return settings;
                },
                "CN=test",
                "gate " + number,
                now);
    return entered;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "the writer never came here");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in a gate", e);
    }
  }

  /** How many rows raised the key's watermark to {@code version}, whoever asked. */
  static long raises(Ledger ledger, String keyId, int version) {
    long[] raises = {0};
    ledger.rows(
        0,
        (sequence, body) -> {
          ParsedRow row = ParsedRow.of(body);
          if (row.optionalText("outcome").filter(Outcome.ADMITTED::equals).isPresent()
              && row.text("keyid").equals(keyId)
              && row.number("version") == version
              && row.optionalNumber("watermarkBefore").orElse(0L) < version) {
            raises[0]++;
          }
        });
    return raises[0];
  }

  /** Makes sure that just one row did. */
  static void assertOneNewDecision(Ledger ledger, String keyId, int version) {
    assertEquals(1, raises(ledger, keyId, version), "decisions that raised the watermark");
  }
}
