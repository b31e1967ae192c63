package dev.chancery.hsm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that opens the root token with a PIN from its input and then waits to be ended. */
final class OpenRootToken {
  private OpenRootToken() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String line = in.readLine();
    RootToken token = RootToken.find(Path.of(arguments[0]), arguments[1], arguments[2], List.of());
    try (Pin pin = Pin.of(String.valueOf(line).toCharArray());
        RootSession session = token.open(pin, Duration.ofMinutes(5), Duration.ofSeconds(30))) {
      System.out.println(session.isOpen() ? "open" : "closed");
      Thread.sleep(60_000);
    }
  }
}
