package dev.chancery.api;

/**
 * Why something was not done. Each name is the one id for that control: in code, documentation,
 * tests, metrics, ledger rows and answers.
 */
public enum Refusal {
  /** No client certificate, or one that {@code access.yaml} does not name. */
  UNAUTHENTICATED(Kind.ACCESS),
  /** The caller's roles do not include this operation. */
  ROLE_NOT_ALLOWED(Kind.ACCESS),
  /** The caller may do this, but not for this repository. */
  REPOSITORY_NOT_ALLOWED(Kind.ACCESS),

  /** The request around the metadata is not what openapi.yaml describes. */
  REQUEST_INVALID(Kind.FORM),
  /** More bytes than this role's metadata may have (RULES NC-6). */
  TOO_LARGE(Kind.SIZE),
  /** Not one well-formed JSON object of the restricted form (RULES C-1 to C-8). */
  MALFORMED(Kind.FORM),
  /** Not the canonical form of what it says (RULES NC-1). */
  NOT_CANONICAL(Kind.FORM),
  /** {@code _type} is not that of the key's role (RULES NC-2). */
  WRONG_TYPE(Kind.FORM),
  /** A member that this object does not have, or lacks (RULES NC-3, NT-2). */
  UNKNOWN_FIELD(Kind.FORM),
  /** A {@code meta} entry that may not be signed (RULES NT-1 to NT-4, NS-1). */
  META_INVALID(Kind.FORM),

  /** No such key, or one of a repository this caller may not use. */
  KEY_UNKNOWN(Kind.UNKNOWN),
  /** The repository's registered root does not list this key for its role (TUF 5.4.2). */
  KEY_NOT_IN_ROOT(Kind.STATE),
  /** The operator froze this key. */
  KEY_FROZEN(Kind.STATE),
  /** A signature of this key did not verify or repeated an r; an operator must look first. */
  KEY_SUSPENDED(Kind.STATE),
  /** The operator retired the repository with all the keys it then had (RULES V-3). */
  REPOSITORY_RETIRED(Kind.STATE),
  /** The token's key does not have the attributes a key of the appliance must have. */
  KEY_ATTRIBUTES(Kind.STATE),
  /** Keys of this algorithm are not made or not used here. */
  ALGORITHM_NOT_ALLOWED(Kind.FORM),
  /** Keys are never deleted (RULES V-8). */
  DELETE_NOT_ALLOWED(Kind.STATE),
  /** Too many new keys (DESIGN: a rate, never a lifetime count). */
  KEY_QUOTA(Kind.RATE),

  /** Version below the watermark's (TUF specification 5.4.3.1, RULES F-2). */
  VERSION_ROLLBACK(Kind.STATE),
  /** Version more than one above the watermark's (RULES F-2). */
  VERSION_JUMP(Kind.STATE),
  /**
   * A version that stands for other bytes already: of the metadata itself, or of a file that it
   * names (RULES TT-5, TS-3).
   */
  EQUIVOCATION(Kind.STATE),
  /** First version of a new key too far above what its repository had (RULES F-3). */
  FIRST_VERSION_TOO_HIGH(Kind.STATE),
  /** A list that was prepared for another watermark than the key now has (RULES F-5). */
  WATERMARK_MOVED(Kind.STATE),
  /** Expires too soon to be of use, or did already (TUF specification 5.4.4, RULES NC-5). */
  EXPIRED(Kind.STATE),
  /** Outlives the policy's longest validity (RULES NC-5). */
  EXPIRY_TOO_FAR(Kind.STATE),
  /** Names a file that a newer one had replaced (hash superseded; RULES NT-7). */
  META_ROLLBACK(Kind.STATE),
  /** A name that every predecessor carried is missing (RULES NS-2). */
  META_NAME_LOST(Kind.STATE),
  /** Names a snapshot that was not signed here, where all predecessors named one that was. */
  SNAPSHOT_NOT_ISSUED(Kind.STATE),
  /** Names a snapshot older than those named before (TUF specification 5.4.3.2). */
  SNAPSHOT_ROLLBACK(Kind.STATE),
  /** The snapshot sent along is not the one that the timestamp names (RULES NT-5). */
  SNAPSHOT_MISMATCH(Kind.STATE),
  /** The targets sent along are not those that the snapshot names (TUF specification 5.6). */
  TARGETS_MISMATCH(Kind.STATE),
  /** A signature in a file sent along does not verify under the key it names (RULES NT-5). */
  SIGNATURE_INVALID(Kind.FORM),

  /** The text of a share with a mistake in it, by the group it is in (CEREMONY P-2). */
  SHARE_MISTYPED(Kind.FORM),
  /** A share of another division, or of another PIN (CEREMONY P-2, P-4). */
  SHARE_FOREIGN(Kind.STATE),
  /** A share that was brought before (CEREMONY P-2). */
  SHARE_DOUBLED(Kind.STATE),
  /** A share in form whose secret is not the one made under its number (CEREMONY P-2). */
  SHARE_FORGED(Kind.STATE),
  /** Fewer shares than put the PIN together (CEREMONY P-1). */
  SHARE_TOO_FEW(Kind.STATE),
  /**
   * The PIN put together is not the one that was divided; the token was not asked (CEREMONY P-2).
   */
  SHARE_PIN_WRONG(Kind.STATE),

  /** Not a bundle byte for byte as they are written (CEREMONY B-1). */
  BUNDLE_FORM(Kind.FORM),
  /** A name that no file of a bundle has, such as one that leads out of it (CEREMONY B-1). */
  BUNDLE_NAME(Kind.FORM),
  /** A file twice (CEREMONY B-1). */
  BUNDLE_DOUBLED(Kind.FORM),
  /** A file or bundle with more bytes, or more files, than it may have (CEREMONY B-1). */
  BUNDLE_TOO_LARGE(Kind.SIZE),
  /** A file that the manifest does not list (CEREMONY B-1). */
  BUNDLE_EXTRA(Kind.FORM),
  /** A file that the manifest lists is not there (CEREMONY B-1). */
  BUNDLE_MISSING(Kind.FORM),
  /** A file with other bytes than the manifest says (CEREMONY B-1). */
  BUNDLE_EDITED(Kind.FORM),
  /** Not signed by one whose bundles are taken here (CEREMONY B-1). */
  BUNDLE_FOREIGN(Kind.STATE),

  /** Not a transcript line by line as they are written (CEREMONY T-1). */
  TRANSCRIPT_FORM(Kind.FORM),
  /** A step that does not follow the one before it (CEREMONY T-1). */
  TRANSCRIPT_CHAIN(Kind.FORM),
  /** Signed by another, wrongly, or by too few witnesses (CEREMONY T-1). */
  TRANSCRIPT_SIGNATURE(Kind.FORM),

  /** The clock disagrees with itself or with the ledger (RULES F-7). */
  CLOCK_UNTRUSTED(Kind.STATE),
  /**
   * The token's checkpoint says that this ledger was rolled back, truncated, forked or copied, or
   * cannot be trusted itself (DESIGN section 5).
   */
  LEDGER_ROLLED_BACK(Kind.STATE),
  /** Budget used up; the answer names the time to wait (RULES F-6, F-9). */
  RATE_LIMITED(Kind.RATE);

  /** What sort of refusal it is; each door maps it to its own status. */
  public enum Kind {
    /** Who asks, and what he may do. */
    ACCESS,
    /** What was sent cannot be read as what it should be. */
    FORM,
    /** Too many bytes. */
    SIZE,
    /** The thing named does not exist for this caller. */
    UNKNOWN,
    /** Well formed, but not now: state, time or clock forbids it. */
    STATE,
    /** Too much in too short a time. */
    RATE
  }

  private final Kind kind;

  Refusal(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
