package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * What was decided when the service was made.
 *
 * @param memory whether notary-server keeps its documents in memory only
 */
record Settings(Ports ports, boolean memory) {
  private static final String STORAGE = "storage";
  private static final String MEMORY = "memory";

  /** The lines of the file. */
  String text() {
    StringBuilder text =
        new StringBuilder(
            """
            # Made by 'chancery dct up'. 'chancery dct down --purge' removes a directory only if
            # this file is in it.
            """);
    for (Ports.Use use : Ports.Use.values()) {
      text.append(key(use)).append('=').append(ports.of(use)).append('\n');
    }
    return text.append(STORAGE + "=" + (memory ? MEMORY : "mariadb") + "\n").toString();
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws CommandException if it is something else
   */
  static Settings load(Path file) throws IOException {
    Properties read = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
      read.load(reader);
      Map<Ports.Use, Integer> ports = new EnumMap<>(Ports.Use.class);
      for (Ports.Use use : Ports.Use.values()) {
        ports.put(use, Integer.valueOf(read.getProperty(key(use), "")));
      }
      return new Settings(Ports.settle(ports), read.getProperty(STORAGE, "").equals(MEMORY));
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.CONFIG, file + " is not as 'chancery dct up' wrote it: " + e.getMessage(), e);
    }
  }

  private static String key(Ports.Use use) {
    return use.name().toLowerCase(Locale.ROOT) + "Port";
  }
}
