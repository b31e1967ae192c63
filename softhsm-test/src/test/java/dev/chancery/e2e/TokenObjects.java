package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checkpoints in a child's token, as another PKCS#11 program sees and changes them. */
final class TokenObjects {
  private static final String LABEL = "chancery-checkpoint";

  private final Path home;

  /**
   * @param home of the appliance that made the token
   */
  TokenObjects(Path home) {
    this.home = home;
  }

  /** How many there are. */
  int count() {
    String listing = tool("--list-objects", "--type", "data");
    return listing.split("label: +'" + LABEL + "'", -1).length - 1;
  }

  /** The only one. */
  byte[] read() {
    Path file = home.resolveSibling("object");
    tool("--read-object", "--type", "data", "--label", LABEL, "--output-file", file.toString());
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts another one beside those that are there. */
  void add(byte[] value) {
    Path file = home.resolveSibling("object");
    try {
      Files.write(file, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tool(
        "--write-object",
        file.toString(),
        "--type",
        "data",
        "--label",
        LABEL,
        "--application-label",
        "chancery",
        "--private");
  }

  /** Takes the only one away. */
  void delete() {
    tool("--delete-object", "--type", "data", "--label", LABEL);
  }

  private String tool(String... arguments) {
    try {
      List<String> command = new ArrayList<>(List.of("/usr/bin/pkcs11-tool"));
      command.addAll(List.of("--module", "/usr/lib/softhsm/libsofthsm2.so"));
      command.addAll(List.of("--token-label", "bench-child", "--login", "--pin"));
      command.add(Files.readString(home.resolve("pins/user.pin")).strip());
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("SOFTHSM2_CONF", home.resolve("token/softhsm2.conf").toString());
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("pkcs11-tool: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException("pkcs11-tool is missing: apt-get install opensc", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
