package dev.chancery.api;

import java.time.Instant;

/**
 * Metadata of an online role, parsed strictly; {@link #canonical} are the bytes that are signed.
 */
public sealed interface OnlineMetadata permits NotaryMetadata, TufMetadata {
  /** The role this metadata belongs to. */
  Role role();

  /** TUF specification 4.3, VERSION. */
  Version version();

  /** The instant from which clients refuse it (TUF specification 4.2.3). */
  Instant expires();

  /** The canonical JSON of the {@code signed} object. */
  CanonicalBytes canonical();
}
