package dev.chancery;

import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.LedgerException;
import dev.chancery.push.Push;
import dev.chancery.signing.Checkpoints;
import dev.chancery.signing.LedgerBinding;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;

/** How far the token and other places know the ledger (docs/checkpoints.md, "Watching it"). */
final class CheckpointMetrics {
  private CheckpointMetrics() {}

  static void register(
      MeterRegistry metrics,
      Checkpoints checkpoints,
      LedgerBinding binding,
      Ledger ledger,
      List<Push> pushes) {
    Gauge.builder("chancery.ledger.bound", () -> binding.distrust().isEmpty() ? 1.0 : 0.0)
        .description("1 while the token's checkpoint fits the ledger; 0: nothing is signed")
        .register(metrics);
    Gauge.builder(
            "chancery.checkpoint.age",
            () -> checkpoints.age().map(CheckpointMetrics::seconds).orElse(Double.NaN))
        .description("time since the newest checkpoint was made")
        .baseUnit("seconds")
        .register(metrics);
    Gauge.builder("chancery.checkpoint.size", checkpoints, each -> (double) each.covered())
        .description("rows that the newest checkpoint covers")
        .baseUnit("rows")
        .register(metrics);
    Gauge.builder("chancery.checkpoint.behind", () -> behind(checkpoints, ledger))
        .description("rows that came after those")
        .baseUnit("rows")
        .register(metrics);
    FunctionCounter.builder(
            "chancery.checkpoint.object.failures",
            checkpoints,
            each -> (double) each.objectFailures())
        .description("times the token did not take the newest checkpoint")
        .register(metrics);
    pushes.forEach(push -> register(metrics, push));
  }

  private static void register(MeterRegistry metrics, Push push) {
    FunctionCounter.builder(
            "chancery.checkpoint.push.failures", push, each -> (double) each.failures())
        .description("times a place elsewhere did not take the newest checkpoint")
        .tag("target", push.name())
        .register(metrics);
    Gauge.builder("chancery.checkpoint.push.size", push, each -> (double) each.pushed())
        .description("rows that the newest checkpoint covers that it has taken")
        .baseUnit("rows")
        .tag("target", push.name())
        .register(metrics);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private static double behind(Checkpoints checkpoints, Ledger ledger) {
    try {
      return ledger.head().sequence() + 1.0 - checkpoints.covered();
    } catch (LedgerException e) {
      return Double.NaN;
    }
  }
}
