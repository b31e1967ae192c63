package dev.chancery.signing;

import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import java.util.Random;

/** One process of a {@link RandomLife}: the path of a signature, and the checkpoints beside it. */
final class LifeNode implements AutoCloseable {
  final LifeStore store;
  final SigningBench bench;
  final Checkpoints checkpoints;

  /** Starts it; whether it is bound to the token is known then. */
  LifeNode(LifeStore store, MovableClock clock, FakeToken token) {
    this.store = store;
    this.bench =
        new SigningBench(
            store.open(clock),
            LedgerBinding.closed(),
            clock,
            PolicySettings.NOTARY.withBudgets(Budgets.BENCH),
            token);
    this.checkpoints =
        new Checkpoints(
            token,
            bench.ledger,
            bench.binding,
            CheckpointSettings.USUAL,
            Checkpoints.Outside.NONE,
            clock,
            clock::nanoTime,
            new Random(1));
    checkpoints.look();
  }

  boolean isBound() {
    return bench.binding.distrust().isEmpty();
  }

  long rows() {
    return bench.ledger.head().sequence() + 1;
  }

  /** A copy of the ledger as it is now, with what nobody waited for. */
  LifeStore copied() {
    bench.ledger.probe(bench.clock.instant()).join(); // what was queued before it is written then
    return store.copy();
  }

  /** Ends it without a last checkpoint. */
  void kill() {
    bench.close();
  }

  @Override
  public void close() {
    checkpoints.close();
    bench.close();
  }
}
