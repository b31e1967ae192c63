package dev.chancery.ceremony;

import java.util.Locale;

/** Where a ceremony stands (CEREMONY section 4). */
public enum CeremonyState {
  /** May still be edited. */
  DRAFT,
  /** Fixed, and not judged yet. */
  FROZEN,
  /** The rules say no. */
  REJECTED,
  /** Waits for custodians. */
  READY,
  /** Enough of them agreed. */
  APPROVED,
  /** Waits for shares. */
  OPEN,
  /** The only state in which the token is logged in; it survives nothing. */
  UNLOCKED,
  /** Signatures exist, and not enough of them. */
  PARTIAL,
  /** All signatures exist. */
  SIGNED,
  /** The result was verified. */
  COMPLETE,
  /** It was given away, with its transcript. */
  CLOSED,
  /** Ended before any signature. */
  ABORTED,
  /** Nobody finished it in time. */
  EXPIRED,
  /** Ended after a signature was made, which is therefore known for ever. */
  VOIDED;

  /** Whether nothing can follow. */
  public boolean isFinal() {
    return switch (this) {
      case REJECTED, CLOSED, ABORTED, EXPIRED, VOIDED -> true;
      default -> false;
    };
  }

  /** The name in rows and answers. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
