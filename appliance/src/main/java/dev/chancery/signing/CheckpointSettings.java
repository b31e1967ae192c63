package dev.chancery.signing;

import java.time.Duration;

/**
 * When a checkpoint is made. What the token knows is never further behind than this, so looser
 * settings than the usual ones are refused (DESIGN section 5).
 *
 * @param rows after so many rows, 10 to 1,000
 * @param interval so old the newest may get while there are newer rows, 10 s to 10 min
 */
public record CheckpointSettings(long rows, Duration interval) {
  /** The loosest. */
  public static final CheckpointSettings USUAL =
      new CheckpointSettings(1_000, Duration.ofMinutes(10));

  public CheckpointSettings {
    if (rows < 10
        || rows > 1_000
        || interval.compareTo(Duration.ofSeconds(10)) < 0
        || interval.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException("10 to 1,000 rows, and 10 s to 10 min");
    }
  }
}
