package dev.chancery.recovery;

import dev.chancery.api.Quote;
import java.util.Arrays;

/** What the files of this package have in common. */
final class ListFiles {
  private ListFiles() {}

  static byte[] line(byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  static void requireFormat(Members members, String format) {
    if (!members.text("format").equals(format)) {
      throw new ListFormatException(
          "the list is of format " + Quote.of(members.text("format")) + ", not \"" + format + "\"");
    }
  }
}
