package dev.chancery.ceremony;

/** What a ceremony is for; it decides what may change (CEREMONY section 3). */
public enum CeremonyKind {
  /** The first root of a repository. */
  GENESIS("genesis", Work.ROOT),
  /** A later expiry and nothing else. */
  REFRESH("refresh", Work.ROOT),
  /** More root keys, the threshold as before. */
  ADD_ROOT_KEY("add-root-key", Work.ROOT),
  /** Fewer root keys, the threshold as before. */
  REMOVE_ROOT_KEY("remove-root-key", Work.ROOT),
  /** Other root keys, the threshold as before. */
  REPLACE_ROOT_KEY("replace-root-key", Work.ROOT),
  /** Another threshold of the root role, its keys as before. */
  THRESHOLD("threshold", Work.ROOT),
  /** Other keys of timestamp, snapshot or targets, the root role as before. */
  ONLINE_KEYS("online-keys", Work.ROOT),
  /** Notary: new certificates for the same root keys (RULES NR-4). */
  CERTIFICATE_RENEWAL("certificate-renewal", Work.ROOT),
  /** New timestamp and snapshot keys, so that versions may start again (RULES TR-12). */
  FAST_FORWARD_RECOVERY("fast-forward-recovery", Work.ROOT),
  /** A suspected compromise: whatever it takes, in less time. */
  EMERGENCY("emergency", Work.ROOT),
  /** The root keys of a repository that exists move into the token. */
  ADOPT("adopt", Work.ROOT),
  /** A root key is destroyed in every token that has it (CEREMONY K-1). */
  KEY_DESTRUCTION("key-destruction", Work.TOKEN),
  /** Other custodians, or another number of them that must agree. */
  CUSTODIANS("custodians", Work.RECORD),
  /** A policy that loosens. */
  POLICY("policy", Work.RECORD),
  /** Watermarks, or the ledger itself, go on from another place (RULES F-5). */
  RE_BASE("re-base", Work.RECORD),
  /** A clock or ledger alarm ends. */
  ALARM_END("alarm-end", Work.RECORD),
  /** The publisher signs a repository's snapshots again. */
  CUSTODY_BACK("custody-back", Work.RECORD),
  /** The token's keys are wrapped and kept elsewhere. */
  TOKEN_BACKUP("token-backup", Work.TOKEN),
  /** They come back. */
  TOKEN_RESTORE("token-restore", Work.TOKEN);

  private enum Work {
    ROOT,
    TOKEN,
    RECORD
  }

  private final String id;
  private final Work work;

  CeremonyKind(String id, Work work) {
    this.id = id;
    this.work = work;
  }

  /** The name in commands, rows and approvals. */
  public String id() {
    return id;
  }

  /** Whether a root is signed. */
  public boolean signsRoot() {
    return work == Work.ROOT;
  }

  /** Whether the root token is opened. */
  public boolean needsToken() {
    return work != Work.RECORD;
  }

  /**
   * The kind whose {@link #id} is {@code id}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CeremonyKind of(String id) {
    for (CeremonyKind kind : values()) {
      if (kind.id.equals(id)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("not a kind of ceremony: " + id);
  }
}
