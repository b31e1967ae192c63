package dev.chancery.ceremony.shares;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names the shares of one division of one PIN; random, and no secret.
 *
 * @param hex 16 lower-case hexadecimal digits
 */
public record ShareSetId(String hex) {
  static final int BYTES = 8;

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");

  public ShareSetId {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a share set id is 16 lower-case hexadecimal digits");
    }
  }

  static ShareSetId of(byte[] bytes) {
    return new ShareSetId(HexFormat.of().formatHex(bytes));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
