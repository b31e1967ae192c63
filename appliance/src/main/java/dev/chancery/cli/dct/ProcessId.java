package dev.chancery.cli.dct;

import java.util.Optional;

/**
 * One process, for ever: numbers are used again, so its beginning is part of its name.
 *
 * @param pid its number
 * @param began the boot it belongs to and the clock ticks since then, as Linux tells them
 */
record ProcessId(long pid, String began) {
  private static final String FORM = "\\d{1,18} \\S{1,100}";

  /** The line of a pid file. */
  String line() {
    return pid + " " + began + "\n";
  }

  /** What {@link #line} wrote; nothing if it is something else. */
  static Optional<ProcessId> read(String line) {
    String stripped = line.strip();
    if (!stripped.matches(FORM)) {
      return Optional.empty();
    }
    int space = stripped.indexOf(' ');
    return Optional.of(
        new ProcessId(Long.parseLong(stripped.substring(0, space)), stripped.substring(space + 1)));
  }
}
