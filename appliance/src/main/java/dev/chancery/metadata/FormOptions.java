package dev.chancery.metadata;

/**
 * What the form of one key's metadata may deviate in.
 *
 * @param legacySha256Only whether {@code hashes} of Notary may lack sha512, as in metadata of
 *     Notary 0.1 (RULES NT-3)
 * @param maxNames most names in the {@code meta} of a Notary snapshot (RULES NS-2)
 * @param tuf the same of TUF 1.0
 */
public record FormOptions(boolean legacySha256Only, int maxNames, TufForm tuf) {
  /** Both hashes, at most 1,000 names. */
  public static final FormOptions DEFAULT = new FormOptions(false, 1_000);

  public FormOptions {
    if (maxNames < 2) {
      throw new IllegalArgumentException("a snapshot names root and targets at least");
    }
  }

  /** These, with TUF 1.0 as it usually is. */
  public FormOptions(boolean legacySha256Only, int maxNames) {
    this(legacySha256Only, maxNames, TufForm.DEFAULT);
  }
}
