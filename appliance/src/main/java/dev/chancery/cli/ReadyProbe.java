package dev.chancery.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/** Waits for an appliance on this machine to be ready ({@code /readyz}). */
public final class ReadyProbe {
  private static final long PAUSE_MILLIS = 5;
  private static final int CALL_MILLIS = 5_000;

  private ReadyProbe() {}

  /**
   * Returns when {@code /readyz} on {@code port} of 127.0.0.1 says yes.
   *
   * @throws CommandException if it does not in time, with what it said last
   */
  public static void await(int port, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    String last;
    do {
      last = ask(port);
      if (last.equals("200")) {
        return;
      }
      pause();
    } while (System.nanoTime() < end);
    throw new CommandException(
        ExitCode.UNAVAILABLE,
        "the appliance was not ready within " + patience.toSeconds() + " s: " + last);
  }

  /** The status it answers, or why there is none. */
  private static String ask(int port) {
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
      call.setConnectTimeout(CALL_MILLIS);
      call.setReadTimeout(CALL_MILLIS);
      try {
        return String.valueOf(call.getResponseCode());
      } finally {
        call.disconnect();
      }
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.UNAVAILABLE, "interrupted while waiting", e);
    }
  }
}
