package dev.chancery.metadata;

/**
 * What the form of one key's metadata may deviate in.
 *
 * @param legacySha256Only whether {@code hashes} may lack sha512, as in metadata of Notary 0.1
 *     (RULES NT-3)
 * @param maxNames most names in the {@code meta} of a snapshot (RULES NS-2)
 */
public record FormOptions(boolean legacySha256Only, int maxNames) {
  /** Both hashes, at most 1,000 names. */
  public static final FormOptions DEFAULT = new FormOptions(false, 1_000);

  public FormOptions {
    if (maxNames < 2) {
      throw new IllegalArgumentException("a snapshot names root and targets at least");
    }
  }
}
