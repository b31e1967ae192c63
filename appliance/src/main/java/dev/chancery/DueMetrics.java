package dev.chancery;

import dev.chancery.keys.DueDates;
import dev.chancery.ledger.LedgerException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long the roles of registered TUF 1.0 repositories are valid, looked at once a minute. */
final class DueMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DueMetrics.class);
  private static final double SECONDS_A_DAY = 86_400;

  private final DueDates dates;
  private final MultiGauge days;
  private final MultiGauge state;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("due-dates").factory());

  private DueMetrics(DueDates dates, MeterRegistry metrics) {
    this.dates = dates;
    this.days =
        MultiGauge.builder("chancery.tuf.expires")
            .description("time until the role's newest metadata expires")
            .baseUnit("days")
            .register(metrics);
    this.state =
        MultiGauge.builder("chancery.tuf.due")
            .description("0 ok, 1 half of its life is over, 2 two refresh periods left, 3 expired")
            .register(metrics);
  }

  static DueMetrics start(DueDates dates, MeterRegistry metrics) {
    DueMetrics due = new DueMetrics(dates, metrics);
    var _ = due.thread.scheduleWithFixedDelay(due::look, 0, 1, TimeUnit.MINUTES);
    return due;
  }

  // A task that throws is never run again.
  private void look() {
    try {
      List<DueDates.Due> all = dates.all();
      days.register(all.stream().map(each -> row(each, days(each))).toList(), true);
      state.register(all.stream().map(each -> row(each, each.state().level())).toList(), true);
    } catch (LedgerException e) {
      LOG.warn("what is due cannot be looked at: {}", e.getMessage());
    }
  }

  private static double days(DueDates.Due due) {
    return due.left().toSeconds() / SECONDS_A_DAY;
  }

  private static MultiGauge.Row<Number> row(DueDates.Due due, double value) {
    return MultiGauge.Row.of(
        Tags.of("repository", due.repository().value(), "role", due.role()), value);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
