package dev.chancery.migrate;

/** What one of notary-signer's keys is to its repository now. */
public enum Fate {
  /** The current root names it: it signs until its role is rotated. */
  CURRENT("current", "the repository's root names it"),
  /** It has signed, and the current root names another key. */
  ROTATED_AWAY("rotated away", "it has signed; the root names another key now"),
  /** Asked for and never used; the current root names another key. */
  NEVER_USED("never used", "it was asked for and has never signed"),
  /** The trust server serves no such repository. */
  NOT_PUBLISHED("not published", "the trust server has no such repository"),
  /** DeleteKey was called for it; the row is still there. */
  DELETED("deleted", "notary-signer no longer signs with it, yet its row is still there"),
  /** Not a key that could be used here. */
  UNUSABLE("unusable", "no key of a role that is signed here"),
  /** The trust server was not asked, or gave no answer that tells. */
  UNKNOWN("unknown", "what the trust server serves is not known");

  private final String id;
  private final String meaning;

  Fate(String id, String meaning) {
    this.id = id;
    this.meaning = meaning;
  }

  /** The word for it in listings. */
  public String id() {
    return id;
  }

  /** What the word means. */
  public String meaning() {
    return meaning;
  }
}
