package dev.chancery.policy;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Version;
import org.jspecify.annotations.Nullable;

/**
 * Which watermarks may be taken over from another signer. One that is raised without bound ends a
 * key as surely as one signature near 2^31 does.
 */
public final class ImportRules {
  private ImportRules() {}

  /**
   * Whether {@code proposed} is a change. That it is the watermark already is none.
   *
   * @param watermark the key's, or null if it has never signed here
   * @param highest what a key that has never signed goes on from: the highest version of its
   *     repository
   * @param isShown whether a document of that version stands beside it that verifies under the key
   * @param maxFirstJump how far a watermark may be raised that is not shown
   * @throws RefusedException VERSION_ROLLBACK, VERSION_JUMP or FIRST_VERSION_TOO_HIGH
   */
  public static boolean raises(
      @Nullable Version watermark,
      int highest,
      Version proposed,
      boolean isShown,
      int maxFirstJump) {
    if (watermark != null && proposed.compareTo(watermark) < 0) {
      throw new RefusedException(
          Refusal.VERSION_ROLLBACK,
          "watermark " + proposed,
          watermark + " or higher",
          "an import never lowers; re-base the key to a document that is served: chancery rebase"
              + " --help",
          watermark);
    }
    long allowed = (long) (watermark == null ? highest : watermark.number()) + maxFirstJump;
    if (proposed.number() > allowed && !isShown) {
      throw new RefusedException(
          watermark == null ? Refusal.FIRST_VERSION_TOO_HIGH : Refusal.VERSION_JUMP,
          "watermark " + proposed + " without a document that shows it",
          "at most " + allowed + " without one",
          "put the signed file of that version beside the entry, as document",
          watermark);
    }
    return !proposed.equals(watermark);
  }
}
