package dev.chancery.policy;

import dev.chancery.api.RepositoryName;
import java.util.regex.Pattern;

/** How remedies name what is to be typed. */
final class Commands {
  private static final int MAX_CHARS = 120;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]*");

  private Commands() {}

  /**
   * The repository as an argument that every shell takes as it stands; the word {@code GUN} for a
   * name that needs quoting or is too long for an answer of 512 bytes.
   */
  static String argument(RepositoryName repository) {
    String name = repository.value();
    return name.length() <= MAX_CHARS && PLAIN.matcher(name).matches() ? name : "GUN";
  }
}
