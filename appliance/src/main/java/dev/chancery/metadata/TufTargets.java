package dev.chancery.metadata;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.TufSnapshot;
import dev.chancery.api.VersionedFile;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.StrictJson;
import java.time.Instant;
import java.util.List;

/**
 * The top-level targets metadata of TUF 1.0 (TUF specification 4.5), read as far as it concerns
 * whether clients will follow a snapshot that names it. Which targets it lists is its publisher's.
 */
final class TufTargets {
  /** T-10: as much as clients download. */
  private static final int MAX_BYTES = 5_000_000;

  private static final String NAME = "targets.json";

  private final TufEnvelope envelope;
  private final JsonObject signed;
  private final Instant expires;

  private TufTargets(TufEnvelope envelope, Instant expires) {
    this.envelope = envelope;
    this.signed = envelope.signed();
    this.expires = expires;
  }

  /**
   * Reads the file and compares it with what {@code snapshot} says of it (TUF specification 5.6.2,
   * 5.6.4).
   *
   * @throws RefusedException {@code TARGETS_MISMATCH} if it is another; for the first rule of form
   *     broken
   */
  static TufTargets named(TufSnapshot snapshot, byte[] file) {
    VersionedFile named = snapshot.meta().get(NAME);
    if (named == null) {
      throw new IllegalArgumentException("a snapshot without " + NAME);
    }
    if (named.length() != null) {
      check("length", named.length().toString(), String.valueOf(file.length));
    }
    if (named.sha256() != null) {
      check("sha256", named.sha256().hex(), Sha256.of(file).hex());
    }
    if (named.sha512() != null) {
      check("sha512", named.sha512().toString(), Sha512.of(file).toString());
    }
    TufEnvelope envelope =
        TufEnvelope.read("the targets file", file, MAX_BYTES, StrictJson.Text.UNICODE_NAMES);
    JsonObject signed = envelope.signed();
    Forms.checkCase("signed", signed, List.of("_type", "delegations", "expires", "version"));
    if (!(signed.get("_type") instanceof JsonValue.JsonString(var type)
        && type.equals("targets"))) {
      throw Forms.refused(
          Refusal.WRONG_TYPE, "_type " + TufRoot.shown(signed.get("_type")), Quote.of("targets"));
    }
    check(
        "version",
        named.version().toString(),
        TufSigned.version("version", signed.get("version"), Refusal.MALFORMED).toString());
    return new TufTargets(envelope, TufRoot.expires(signed.get("expires")));
  }

  /**
   * Makes sure that {@code snapshot} names every role that is delegated to: clients refuse one that
   * it does not name (TUF specification 4.4).
   */
  void requireDelegationsIn(TufSnapshot snapshot) {
    if (signed.get("delegations") instanceof JsonObject delegations
        && delegations.get("roles") instanceof JsonValue.JsonArray(var roles)) {
      for (JsonValue role : roles) {
        if (!(role instanceof JsonObject object
            && object.get("name") instanceof JsonValue.JsonString(var name))) {
          throw Forms.refused(Refusal.MALFORMED, "a delegation without a name", "a name for each");
        }
        if (!snapshot.meta().containsKey(name + ".json")) {
          throw mismatch(
              "a delegation to " + Quote.of(name), "roles that the snapshot names in meta");
        }
      }
    }
  }

  TufEnvelope envelope() {
    return envelope;
  }

  Instant expires() {
    return expires;
  }

  private static void check(String what, String named, String actual) {
    if (!named.equals(actual)) {
      throw mismatch(
          "a targets file with " + what + " " + Quote.of(actual),
          what + " " + Quote.of(named) + ", as the snapshot says");
    }
  }

  private static RefusedException mismatch(String observed, String allowed) {
    return new RefusedException(
        Refusal.TARGETS_MISMATCH,
        observed,
        allowed,
        "send the targets file exactly as it will be served, or have a snapshot signed that names"
            + " it");
  }
}
