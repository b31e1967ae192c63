package dev.chancery.door;

import dev.chancery.api.Refusal;

/** The short sentence of each refusal; it never varies (RFC 9457 section 3.1.3, "title"). */
public final class Titles {
  private Titles() {}

  /** The sentence of {@code refusal}. */
  public static String of(Refusal refusal) {
    return switch (refusal) {
      case UNAUTHENTICATED -> "Nobody here knows this client";
      case ROLE_NOT_ALLOWED -> "This client may not do this";
      case REPOSITORY_NOT_ALLOWED -> "This client may not do this for this repository";
      case REQUEST_INVALID -> "The request is not what openapi.yaml describes";
      case TOO_LARGE -> "Too many bytes";
      case MALFORMED -> "The metadata is not well-formed";
      case NOT_CANONICAL -> "The metadata is not in canonical form";
      case WRONG_TYPE -> "The metadata is of another role";
      case UNKNOWN_FIELD -> "The metadata has a member too many or too few";
      case META_INVALID -> "The metadata names a file it may not name";
      case KEY_UNKNOWN -> "No such key";
      case KEY_NOT_IN_ROOT -> "The root does not list this key";
      case KEY_FROZEN -> "The key is frozen";
      case KEY_SUSPENDED -> "The key is suspended";
      case REPOSITORY_RETIRED -> "The repository was retired with this key";
      case DELETE_NOT_ALLOWED -> "Keys are never deleted";
      case KEY_ATTRIBUTES -> "The key in the token is not as it must be";
      case ALGORITHM_NOT_ALLOWED -> "Keys of this algorithm are not made or used here";
      case KEY_QUOTA -> "Too many new keys";
      case VERSION_ROLLBACK -> "The version goes back";
      case VERSION_JUMP -> "The version jumps ahead";
      case FIRST_VERSION_TOO_HIGH -> "The first version is too high";
      case WATERMARK_MOVED -> "The watermark is not the one the list was made for";
      case EQUIVOCATION -> "The version stands for other bytes already";
      case EXPIRED -> "The metadata expires too soon";
      case EXPIRY_TOO_FAR -> "The metadata is valid for too long";
      case META_ROLLBACK -> "A file that was replaced comes back";
      case META_NAME_LOST -> "A file that was named is missing";
      case SNAPSHOT_NOT_ISSUED -> "The snapshot was not signed here";
      case SNAPSHOT_ROLLBACK -> "The snapshot goes back";
      case SNAPSHOT_MISMATCH -> "The snapshot sent is not the one named";
      case TARGETS_MISMATCH -> "The targets sent are not those named";
      case SIGNATURE_INVALID -> "A signature does not verify";
      case SHARE_MISTYPED -> "The share is mistyped";
      case SHARE_FOREIGN -> "The share is of another set";
      case SHARE_DOUBLED -> "The share was brought before";
      case SHARE_FORGED -> "The share is not the one that was made";
      case SHARE_TOO_FEW -> "More shares are needed";
      case SHARE_PIN_WRONG -> "The shares do not give the PIN";
      case BUNDLE_FORM -> "Not a bundle";
      case BUNDLE_NAME -> "No file of a bundle has this name";
      case BUNDLE_DOUBLED -> "The bundle has a file twice";
      case BUNDLE_TOO_LARGE -> "The bundle is too large";
      case BUNDLE_EXTRA -> "The bundle has a file too many";
      case BUNDLE_MISSING -> "The bundle lacks a file";
      case BUNDLE_EDITED -> "A file of the bundle was edited";
      case BUNDLE_FOREIGN -> "The bundle is not from one we know";
      case TRANSCRIPT_FORM -> "Not a transcript";
      case TRANSCRIPT_CHAIN -> "The transcript was edited";
      case TRANSCRIPT_SIGNATURE -> "The transcript is not signed as it must be";
      case LEDGER_ROLLED_BACK -> "The ledger is not the one that was here last";
      case CLOCK_UNTRUSTED -> "The clock cannot be trusted";
      case RATE_LIMITED -> "Too much in too short a time";
      case ROOT_TR_1 -> "The root does not follow the chain";
      case ROOT_TR_2 -> "The signers cannot reach both thresholds";
      case ROOT_TR_3 -> "A signature on the root does not verify";
      case ROOT_TR_4 -> "The root's roles and keys do not fit together";
      case ROOT_TR_5 -> "A key id now stands for another key";
      case ROOT_TR_6 -> "A new key's id is not its digest";
      case ROOT_TR_7 -> "A new key is of a kind that not all clients can use";
      case ROOT_TR_8 -> "The root's expiry is out of bounds";
      case ROOT_TR_9 -> "The root's threshold is too low";
      case ROOT_TR_10 -> "The root has other parts than it may have";
      case ROOT_NR_1 -> "The root is not as Notary writes it";
      case ROOT_NR_3 -> "A root key's certificate is not one that Notary takes";
      case CEREMONY_S_1 -> "A frozen ceremony does not change";
      case CEREMONY_S_2 -> "The ceremony is not in the state for this step";
      case CEREMONY_S_3 -> "This kind of ceremony does not make these changes";
      case CEREMONY_S_4 -> "Another root of this version was signed";
      case CEREMONY_A_1 -> "The approval is not one of this ceremony";
      case CEREMONY_A_2 -> "This custodian has no vote, or has voted";
      case CEREMONY_A_4 -> "Too late";
      case CEREMONY_A_5 -> "The custodians are no quorum";
      case CEREMONY_X_1 -> "Stopping needs a custodian too";
      case CEREMONY_X_2 -> "A rehearsal is for a rehearsal's repository";
    };
  }
}
