package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private final WarmUp warmUp = new WarmUp(InstantSource.system(), System::nanoTime);

  @Test
  void signsAsOftenAsItIsToldAndLeavesNothingBehind() throws IOException {
    Set<Path> before = scratchLedgers();
    assertEquals(24, warmUp.run(20, Duration.ofMinutes(1)), "whole rounds of eight keys");
    assertEquals(before, scratchLedgers());
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

  private static Set<Path> scratchLedgers() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(each -> each.getFileName().toString().startsWith("chancery-warm-up-"))
          .collect(Collectors.toSet());
    }
  }
}
