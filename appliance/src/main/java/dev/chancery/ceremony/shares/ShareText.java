package dev.chancery.ceremony.shares;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * 35 bytes as a person types them: 14 groups of five characters with hyphens between. The fifth of
 * a group is its check: over GF(32), it changes with every wrong character, with two neighbours
 * exchanged, and with the group's own place, so that a mistake is named by the group it is in.
 */
final class ShareText {
  /** What is written. */
  static final int BYTES = 35;

  /** How many groups that makes. */
  static final int GROUPS = 14;

  private static final int DATA = 4;
  private static final int GROUP = DATA + 1;

  /** x^5 + x^2 + 1, irreducible over GF(2). */
  private static final int POLYNOMIAL = 0x25;

  private ShareText() {}

  /** Characters to be wiped by the caller: 14 groups, hyphens between. */
  static char[] write(byte[] bytes) {
    char[] data = Base32.encode(bytes);
    char[] text = new char[GROUPS * (GROUP + 1) - 1];
    Arrays.fill(text, '-');
    byte[] values = new byte[DATA];
    for (int group = 0; group < GROUPS; group++) {
      for (int i = 0; i < DATA; i++) {
        char character = data[group * DATA + i];
        values[i] = (byte) Base32.value(character);
        text[group * (GROUP + 1) + i] = character;
      }
      text[group * (GROUP + 1) + DATA] = Base32.character(check(group, values));
    }
    Arrays.fill(data, '\0');
    Arrays.fill(values, (byte) 0);
    return text;
  }

  /**
   * The 35 bytes, to be wiped by the caller. Small letters, and spaces or line ends instead of
   * hyphens, are as good.
   *
   * @throws RefusedException {@code SHARE_MISTYPED}, naming the first group at fault and never what
   *     is in it
   */
  static byte[] read(char[] text) {
    List<char[]> groups = groups(text);
    byte[] values = new byte[GROUPS * DATA];
    try {
      if (groups.size() != GROUPS) {
        throw mistyped(groups.size() + " groups", "type all " + GROUPS + " groups");
      }
      for (int group = 0; group < GROUPS; group++) {
        readGroup(group, groups.get(group), values);
      }
      return Base32.decode(values);
    } finally {
      groups.forEach(group -> Arrays.fill(group, '\0'));
      Arrays.fill(values, (byte) 0);
    }
  }

  private static void readGroup(int group, char[] typed, byte[] values) {
    String again = "read group " + (group + 1) + " again";
    if (typed.length != GROUP) {
      throw mistyped("group " + (group + 1) + " has " + typed.length + " characters", again);
    }
    byte[] data = new byte[DATA];
    for (int i = 0; i < DATA; i++) {
      data[i] = (byte) Base32.value(typed[i]);
    }
    boolean readable = Base32.value(typed[DATA]) == check(group, data);
    for (byte value : data) {
      readable &= value >= 0;
    }
    if (!readable) {
      throw mistyped("group " + (group + 1) + " does not fit its check character", again);
    }
    System.arraycopy(data, 0, values, group * DATA, DATA);
    Arrays.fill(data, (byte) 0);
  }

  private static RefusedException mistyped(String observed, String remedy) {
    return new RefusedException(
        Refusal.SHARE_MISTYPED, observed, GROUPS + " groups of " + GROUP + " characters", remedy);
  }

  /** What stands between spaces and hyphens; one long word is cut into groups of five. */
  private static List<char[]> groups(char[] text) {
    List<char[]> groups = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == '-' || Character.isWhitespace(text[i])) {
        if (i > start) {
          groups.add(Arrays.copyOfRange(text, start, i));
        }
        start = i + 1;
      }
    }
    if (groups.size() == 1 && groups.getFirst().length == GROUPS * GROUP) {
      char[] whole = groups.removeFirst();
      for (int i = 0; i < whole.length; i += GROUP) {
        groups.add(Arrays.copyOfRange(whole, i, i + GROUP));
      }
      Arrays.fill(whole, '\0');
    }
    return groups;
  }

  private static int check(int group, byte[] values) {
    int check = 0;
    for (byte value : values) {
      check = timesAlpha(check ^ (value & 31));
    }
    return check ^ (group + 1);
  }

  private static int timesAlpha(int value) {
    int shifted = value << 1;
    return (shifted & 32) == 0 ? shifted : shifted ^ POLYNOMIAL;
  }
}
