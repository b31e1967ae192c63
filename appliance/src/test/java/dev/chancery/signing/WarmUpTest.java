package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
  @TempDir private Path home;
  private WarmUp warmUp = new WarmUp(Path.of("unused"), InstantSource.system(), System::nanoTime);

  @BeforeEach
  void open() {
    warmUp = new WarmUp(home.resolve("warm-up"), InstantSource.system(), System::nanoTime);
  }

  @Test
  void signsAsOftenAsItIsToldAndLeavesNothingBehind() throws IOException {
    assertEquals(24, warmUp.run(20, Duration.ofMinutes(1)), "whole rounds of eight keys");
    assertFalse(Files.exists(home.resolve("warm-up")));
  }

  @Test
  void takesAwayWhatAKilledProcessLeft() throws IOException {
    Path left = Files.createDirectory(home.resolve("warm-up"));
    Files.writeString(left.resolve("ledger.db"), "half a ledger");
    assertEquals(8, warmUp.run(1, Duration.ofMinutes(1)));
    assertFalse(Files.exists(left));
  }

  @Test
  void endsWithItsTime() throws IOException {
    assertEquals(0, warmUp.run(1_000_000, Duration.ZERO));
    long start = System.nanoTime();
    assertTrue(warmUp.run(1_000_000, Duration.ofMillis(200)) > 0);
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
  }

  @Test
  void endsWhenItsThreadIsInterrupted() throws Exception {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    warmUp.run(Integer.MAX_VALUE, Duration.ofMinutes(5));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    Thread.sleep(300);
    thread.interrupt();
    assertTrue(thread.join(Duration.ofSeconds(20)));
  }
}
