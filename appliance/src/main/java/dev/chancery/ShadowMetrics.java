package dev.chancery;

import dev.chancery.policy.ShadowMode;
import dev.chancery.signing.Signing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Whether shadow mode is on and what it let through, for an alert that keeps it in mind. */
final class ShadowMetrics {
  private ShadowMetrics() {}

  static void register(
      MeterRegistry metrics, @Nullable ShadowMode shadow, Signing signing, InstantSource clock) {
    Gauge.builder(
            "chancery.shadow.mode",
            () -> shadow != null && shadow.isOn(clock.instant()) ? 1.0 : 0.0)
        .description("1 while state rules take note and do not refuse")
        .register(metrics);
    FunctionCounter.builder(
            "chancery.shadow.admissions", signing, each -> (double) each.shadowAdmissions())
        .description("admissions that a state rule would have refused")
        .register(metrics);
  }
}
