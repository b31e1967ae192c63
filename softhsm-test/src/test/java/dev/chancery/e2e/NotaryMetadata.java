package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;

/** Canonical metadata as notary-server makes it, with files of random content. */
final class NotaryMetadata {
  private static final Duration SNAPSHOT_LIFE = Duration.ofDays(1000);
  private static final Duration TIMESTAMP_LIFE = Duration.ofDays(13);
  private static final int SECONDS_A_DAY = 86_400;

  private final RandomGenerator random;

  NotaryMetadata(RandomGenerator random) {
    this.random = random;
  }

  /** A file that nobody has seen before. */
  ServedSnapshot newFile() {
    byte[] content = new byte[32];
    random.nextBytes(content);
    return new ServedSnapshot(content);
  }

  byte[] snapshot(ServedSnapshot root, int version) {
    return signed(
        "Snapshot",
        SNAPSHOT_LIFE,
        "\"root\":" + root.meta() + ",\"targets\":" + newFile().meta(),
        version);
  }

  /** It expires at a random second, so that two for the same snapshot differ. */
  byte[] timestamp(ServedSnapshot snapshot, int version) {
    return signed("Timestamp", TIMESTAMP_LIFE, "\"snapshot\":" + snapshot.meta(), version);
  }

  private byte[] signed(String type, Duration life, String meta, int version) {
    Instant expires =
        Instant.now()
            .plus(life)
            .plusSeconds(random.nextInt(SECONDS_A_DAY))
            .truncatedTo(ChronoUnit.SECONDS);
    return ("{\"_type\":\""
            + type
            + "\",\"expires\":\""
            + expires
            + "\",\"meta\":{"
            + meta
            + "},\"version\":"
            + version
            + "}")
        .getBytes(UTF_8);
  }
}
