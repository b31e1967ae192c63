package dev.chancery.ledger;

import dev.chancery.api.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Keeps a caller who is refused again and again from filling the disk: after {@link #ROWS} rows in
 * a minute his refusals are counted, and one row says how many there were of which kind. Nothing is
 * dropped silently. For the writer thread alone.
 */
final class RefusalLimiter {
  /** Refusals of one caller that get a row of their own in a minute. */
  static final int ROWS = 600;

  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** How many refusals of one caller were counted instead of recorded one by one. */
  record Summary(String caller, Instant from, Map<Refusal, Long> counts) {}

  private static final class Window {
    private final Instant from;
    private int rows;
    private final Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);

    Window(Instant from) {
      this.from = from;
    }
  }

  private final Map<String, Window> windows = new HashMap<>();
  private final List<Summary> unwritten = new ArrayList<>();
  private final List<Runnable> undo = new ArrayList<>();

  /** Whether this refusal gets a row of its own; if not, it is counted. */
  boolean allows(String caller, Refusal reason, Instant now) {
    Window window = windows.computeIfAbsent(caller, name -> new Window(now));
    if (window.rows < ROWS) {
      window.rows++;
      undo.add(() -> window.rows--);
      return true;
    }
    window.counts.merge(reason, 1L, Long::sum);
    undo.add(() -> window.counts.merge(reason, -1L, Long::sum));
    return false;
  }

  /** The refusals asked about since {@link #written} will be asked about again. */
  void again() {
    undo.forEach(Runnable::run);
    undo.clear();
  }

  /**
   * The summaries of the minutes that are over; all of them when {@code closing}. They are due
   * again until they are {@link #written}.
   */
  List<Summary> due(Instant now, boolean closing) {
    Iterator<Map.Entry<String, Window>> entries = windows.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Window> entry = entries.next();
      Window window = entry.getValue();
      if (closing || Duration.between(window.from, now).compareTo(WINDOW) >= 0) {
        entries.remove();
        if (!window.counts.isEmpty()) {
          unwritten.add(new Summary(entry.getKey(), window.from, Map.copyOf(window.counts)));
        }
      }
    }
    return List.copyOf(unwritten);
  }

  /** What was {@link #due} is durable. */
  void written() {
    unwritten.clear();
    undo.clear();
  }
}
