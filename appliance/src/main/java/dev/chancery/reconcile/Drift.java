package dev.chancery.reconcile;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing in which the trust server and the ledger differ.
 *
 * @param key whose document it is, where that is known
 * @param version of that document; 0 where there is none
 * @param digest of its canonical bytes, where it was read or is in a row
 * @param row that admitted it; -1 where none did
 * @param what the circumstances, in words
 */
public record Drift(
    Kind kind,
    RepositoryName repository,
    Role role,
    @Nullable KeyId key,
    int version,
    @Nullable Sha256 digest,
    long row,
    String what) {
  /** What sort of difference. */
  public enum Kind {
    /** Served with a signature that the ledger knows nothing of. */
    NOT_ISSUED(
        "not-issued-here",
        "a key of this appliance signed it, but no row says so: somebody has the key or the token's"
            + " PIN, or the ledger lost rows"),
    /** Signed here and not served. */
    NEVER_SERVED(
        "never-served",
        "signed here, and the trust server has it not: whoever asked for it may show it to clients"
            + " until it expires"),
    /** Served is less than was signed. */
    BEHIND(
        "behind",
        "older than the watermark: the trust server lost commits, or somebody else had later"
            + " versions signed"),
    /** Another key than those on the record. */
    FOREIGN_KEY("foreign-key", "by a key that is not on this appliance's record"),
    /** Not what clients would accept. */
    INVALID("invalid", "not of right form, or its signature does not verify"),
    /** Nothing there. */
    NOT_SERVED("not-served", "signed here, but the trust server has no such file"),
    /** Could not be looked at. */
    UNREADABLE("unreadable", "the trust server does not give it out");

    private final String id;
    private final String meaning;

    Kind(String id, String meaning) {
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

  /** Whether both tell of the same, though it may have moved on meanwhile. */
  boolean isSameAs(Drift other) {
    return kind == other.kind
        && repository.equals(other.repository)
        && role == other.role
        && Objects.equals(key, other.key)
        && switch (kind) {
          case NEVER_SERVED -> Objects.equals(digest, other.digest);
          // A trust server that moves on was between having signed and storing.
          case BEHIND -> version == other.version;
          default -> true;
        };
  }
}
