package dev.chancery.policy;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import java.util.Optional;

/**
 * What the ledger knows that bears on one proposal, as of the row before the decision. Read-only;
 * valid only while the decision is made.
 */
public interface History {
  /** The state of the proposal's key. */
  KeyState state();

  /** The state of another key. */
  KeyState state(KeyRecord key);

  /**
   * The highest version admitted for any key of the proposal's repository and {@code role}, or the
   * start version registered for them if that is higher; or 0.
   */
  int highestVersion(Role role);

  /**
   * The highest version admitted for any key of the proposal's repository and {@code role}; or 0.
   */
  int highestSigned(Role role);

  /** Who signs the snapshots of the proposal's repository. */
  Custody custody();

  /** The newest root registered for the proposal's repository, if there is one; of TUF 1.0 only. */
  Optional<ListedKeys> root();

  /** The timestamp key of the proposal's repository that was admitted last, if there is one. */
  Optional<KeyState> currentTimestampKey();

  /** The snapshot of the proposal's repository whose served file has this digest. */
  Optional<IssuedSnapshot> issuedSnapshot(Sha256 file);

  /** What is known of a hash the proposal's key carried for {@code name}, at any time. */
  Optional<SeenHash> seen(String name, Sha256 hash);

  /** The admitted content of the proposal's key at its watermark with this digest. */
  Optional<RecordedContent> contentAtWatermark(Sha256 canonical);

  /** The caller's budget. */
  Bucket callerBudget();
}
