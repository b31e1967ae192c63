package dev.chancery.migrate;

import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import org.jspecify.annotations.Nullable;

/**
 * How far one role of a repository has come.
 *
 * @param keyId of the key in the current root; null where there is no root
 */
public record RoleProgress(String gun, Role role, State state, @Nullable KeyId keyId) {
  /** Where the key that the current root names is. */
  public enum State {
    /** In notary-signer, and on this appliance's record: it signs through here. */
    FOREIGN("foreign", "signs through here with notary-signer's key: rotate it", true),
    /** In notary-signer, and nobody told this appliance. */
    NOT_REGISTERED(
        "not registered",
        "cannot be signed here: run 'chancery migrate notary-signer register'",
        true),
    /** What the trust server serves could not be read. */
    UNKNOWN("unknown", "the trust server's root could not be read", true),
    /** The old key itself, put into this appliance's token. */
    IMPORTED("imported", "the old software key signs from this appliance's token", false),
    /** In this appliance's token, made there. */
    MOVED("moved", "a key made here signs", false),
    /** With somebody else, as a snapshot key that the publisher took back. */
    ELSEWHERE("elsewhere", "the publisher's key, or another signer's", false),
    /** Nowhere: the trust server has no such repository. */
    NOT_PUBLISHED("not published", "the trust server has no such repository", false);

    private final String id;
    private final String meaning;
    private final boolean needsOldSigner;

    State(String id, String meaning, boolean needsOldSigner) {
      this.id = id;
      this.meaning = meaning;
      this.needsOldSigner = needsOldSigner;
    }

    /** The word for it in listings. */
    public String id() {
      return id;
    }

    /** What the word means. */
    public String meaning() {
      return meaning;
    }

    /** Whether the old signer must stay while a role is in this state. */
    public boolean needsOldSigner() {
      return needsOldSigner;
    }
  }
}
