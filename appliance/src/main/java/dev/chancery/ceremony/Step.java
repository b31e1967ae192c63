package dev.chancery.ceremony;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.metadata.RootSignature;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can happen in a ceremony; no secret is in any of it. */
public sealed interface Step {
  /** It begins, or is edited before it is frozen. */
  record Drafted(Subject subject) implements Step {}

  /** Nothing of it changes any more; these are its custodians. */
  record Frozen(Quorum quorum) implements Step {}

  /** The rules let it through. */
  record Accepted(List<String> warnings) implements Step {}

  /** They do not. */
  record Rejected(String rule, String observed) implements Step {}

  /** A custodian approved or denied; what he signed is inside. */
  record Voted(JsonObject approval) implements Step {}

  /** The token may be unlocked. */
  record Opened() implements Step {}

  /** Somebody entered a share, of which only the number is known. */
  record ShareTaken(int index) implements Step {}

  /** The token is logged in. */
  record Unlocked(String token) implements Step {}

  /** A key signed; {@code elsewhere} if it is none of the token's. */
  record SignatureMade(RootSignature signature, boolean elsewhere) implements Step {}

  /** The token is logged out. */
  record Locked(String why) implements Step {}

  /** What is no root was done. */
  record Executed(String result) implements Step {}

  /** The result was verified as a client would. */
  record Verified() implements Step {}

  /** Somebody stopped it, with a custodian if there were signatures. */
  record Aborted(String why, Optional<JsonObject> stop) implements Step {}

  /** Its time is over. */
  record Expired() implements Step {}

  /** It was given away. */
  record Closed(Sha256 transcript) implements Step {}

  /** The name in rows. */
  default String id() {
    return switch (this) {
      case Drafted step -> "drafted";
      case Frozen step -> "frozen";
      case Accepted step -> "accepted";
      case Rejected step -> "rejected";
      case Voted step -> "voted";
      case Opened step -> "opened";
      case ShareTaken step -> "share-taken";
      case Unlocked step -> "unlocked";
      case SignatureMade step -> "signature-made";
      case Locked step -> "locked";
      case Executed step -> "executed";
      case Verified step -> "verified";
      case Aborted step -> "aborted";
      case Expired step -> "expired";
      case Closed step -> "closed";
    };
  }

  /** What the journal keeps of it. */
  default JsonObject json() {
    return JsonObject.of(
        switch (this) {
          case Drafted(var subject) -> Map.of("subject", subject.json());
          case Frozen(var quorum) -> Map.of("quorum", quorum.json());
          case Accepted(var warnings) -> Map.of("warnings", warnings);
          case Rejected(var rule, var observed) -> Map.of("observed", observed, "rule", rule);
          case Voted(var approval) -> approvalFields(approval);
          case ShareTaken(var index) -> Map.of("index", index);
          case Unlocked(var token) -> Map.of("token", token);
          case SignatureMade(var signature, var elsewhere) ->
              Map.of("elsewhere", elsewhere, "signature", Subject.json(signature));
          case Locked(var why) -> Map.of("why", why);
          case Executed(var result) -> Map.of("result", result);
          case Aborted(var why, var stop) ->
              stop.isPresent() ? Map.of("stop", stop.get(), "why", why) : Map.of("why", why);
          case Closed(var transcript) -> Map.of("transcript", transcript.hex());
          case Opened step -> Map.of();
          case Verified step -> Map.of();
          case Expired step -> Map.of();
        });
  }

  private static Map<String, JsonObject> approvalFields(JsonObject approval) {
    return Map.of("approval", approval);
  }

  /**
   * Reads {@link #json}.
   *
   * @throws RefusedException {@code MALFORMED}
   */
  static Step of(String id, JsonObject json) {
    Fields fields = new Fields(json);
    return switch (id) {
      case "drafted" -> new Drafted(Subject.of(fields.object("subject")));
      case "frozen" -> new Frozen(Quorum.of(fields.object("quorum")));
      case "accepted" -> new Accepted(fields.texts("warnings"));
      case "rejected" -> new Rejected(fields.text("rule"), fields.text("observed"));
      case "voted" -> new Voted(fields.object("approval"));
      case "opened" -> new Opened();
      case "share-taken" -> new ShareTaken(fields.number("index"));
      case "unlocked" -> new Unlocked(fields.text("token"));
      case "signature-made" ->
          new SignatureMade(
              Subject.signature(new Fields(fields.object("signature"))), fields.truth("elsewhere"));
      case "locked" -> new Locked(fields.text("why"));
      case "executed" -> new Executed(fields.text("result"));
      case "verified" -> new Verified();
      case "aborted" ->
          new Aborted(
              fields.text("why"),
              fields.has("stop") ? Optional.of(fields.object("stop")) : Optional.empty());
      case "expired" -> new Expired();
      case "closed" -> new Closed(fields.digest("transcript"));
      default ->
          throw new RefusedException(
              Refusal.MALFORMED,
              "step " + Quote.of(id),
              "a step of a ceremony",
              "use the version of Chancery that wrote it");
    };
  }
}
