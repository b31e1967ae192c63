package dev.chancery.door;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts and times answers by route and outcome. Both come from the program's own text, never from
 * a request, so that no repository's name and no endless number of labels gets out.
 */
public final class DoorMetrics {
  /** The route of a request that has none, or never came so far. */
  public static final String NO_ROUTE = "none";

  private static final Duration[] BUCKETS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
  };

  private record Label(String route, String outcome) {}

  private final String name;
  private final MeterRegistry registry;
  private final Map<Label, Timer> timers = new ConcurrentHashMap<>();

  /**
   * @param name of the meter, such as {@code chancery.rest.requests}
   */
  public DoorMetrics(String name, MeterRegistry registry) {
    this.name = name;
    this.registry = registry;
  }

  /**
   * Counts one answer.
   *
   * @param nanos how long it took
   */
  public void answered(String route, String outcome, long nanos) {
    timers.computeIfAbsent(new Label(route, outcome), this::timer).record(Duration.ofNanos(nanos));
  }

  private Timer timer(Label label) {
    return Timer.builder(name)
        .description("Answers of this door, by route and by ok, control id or failure")
        .tag("route", label.route())
        .tag("outcome", label.outcome())
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
