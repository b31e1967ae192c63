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
  RATE_LIMITED(Kind.RATE),

  /**
   * The root does not follow the one before it, or that is not in the verified chain (RULES TR-1).
   */
  ROOT_TR_1(Kind.STATE),
  /**
   * The keys that will sign cannot reach the thresholds of the old and the new root (RULES TR-2,
   * NR-5).
   */
  ROOT_TR_2(Kind.STATE),
  /** A signature that came along or was added does not verify (RULES TR-3). */
  ROOT_TR_3(Kind.FORM),
  /**
   * A role with too few keys for its threshold, one key twice, or an online key in the root role
   * (RULES TR-4, NR-2).
   */
  ROOT_TR_4(Kind.FORM),
  /** A key id that stayed while its key object changed (RULES TR-5). */
  ROOT_TR_5(Kind.FORM),
  /** A new key whose id is not the digest of its object (RULES TR-6). */
  ROOT_TR_6(Kind.FORM),
  /** A new key of a kind that not all clients can use (RULES TR-7). */
  ROOT_TR_7(Kind.FORM),
  /** The root would expire too soon, too late, or before the one it replaces (RULES TR-8, NR-8). */
  ROOT_TR_8(Kind.STATE),
  /** A root threshold below what the policy wants (RULES TR-9). */
  ROOT_TR_9(Kind.STATE),
  /** A root with other roles or members than its dialect has (RULES TR-10, T-11). */
  ROOT_TR_10(Kind.FORM),
  /** Not exactly the structure that Notary writes (RULES NR-1). */
  ROOT_NR_1(Kind.FORM),
  /** A root key of Notary without a certificate that its clients take (RULES NR-3). */
  ROOT_NR_3(Kind.FORM),
  /** Something about a ceremony that was frozen would change (CEREMONY S-1). */
  CEREMONY_S_1(Kind.STATE),
  /** A step that this state of the ceremony does not allow (CEREMONY S-2). */
  CEREMONY_S_2(Kind.STATE),
  /** More or other changes than this kind of ceremony may make (CEREMONY S-3). */
  CEREMONY_S_3(Kind.STATE),
  /**
   * Another root of the same version was signed before, and this one does not say that it
   * supersedes it (CEREMONY S-4).
   */
  CEREMONY_S_4(Kind.STATE),
  /** An approval that does not approve this (CEREMONY A-1). */
  CEREMONY_A_1(Kind.FORM),
  /** A second vote of one custodian, or a vote on his own removal (CEREMONY A-2). */
  CEREMONY_A_2(Kind.STATE),
  /** Too late, or approved for too long (CEREMONY A-4). */
  CEREMONY_A_4(Kind.STATE),
  /** A custodian set that is no quorum (CEREMONY section 2). */
  CEREMONY_A_5(Kind.STATE),
  /** Who stops a ceremony is not enough (CEREMONY X-1). */
  CEREMONY_X_1(Kind.STATE),
  /** A rehearsal for a real repository, or the reverse (CEREMONY X-2). */
  CEREMONY_X_2(Kind.FORM);

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
