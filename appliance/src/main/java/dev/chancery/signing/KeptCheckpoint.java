package dev.chancery.signing;

import dev.chancery.api.Sha256;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's note that was kept outside the token.
 *
 * @param where what messages call it, such as a file's name
 * @param note the bytes found there, whatever they are
 */
@SuppressWarnings("ArrayRecordComponent") // made by who read it, and not changed afterwards
public record KeptCheckpoint(String where, byte[] note) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeptCheckpoint that
        && where.equals(that.where)
        && Arrays.equals(note, that.note);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(note);
  }

  @Override
  public String toString() {
    return where + " " + Sha256.of(note);
  }
}
