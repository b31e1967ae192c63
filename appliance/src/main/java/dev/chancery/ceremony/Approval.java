package dev.chancery.ceremony;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a custodian signed about one ceremony (CEREMONY A-1).
 *
 * @param custodian his name
 * @param key fingerprint of his key
 * @param vote what he says
 * @param expires until when it counts
 * @param object the canonical object that was signed
 * @param signature by his key over it, standard base64
 */
public record Approval(
    String custodian, Sha256 key, Vote vote, Instant expires, JsonObject object, String signature) {
  private static final String TYPE = "chancery-approval-v1";

  /**
   * The bytes that a custodian signs: canonical JSON that names the ledger, the ceremony and D, so
   * that it counts nowhere else.
   *
   * @param expires whole seconds count
   */
  public static byte[] message(Ceremony ceremony, Vote vote, Instant expires) {
    return CanonicalJson.encode(object(ceremony, vote, expires));
  }

  static JsonObject object(Ceremony ceremony, Vote vote, Instant expires) {
    Subject subject = ceremony.subject();
    Map<String, Object> fields = new TreeMap<>();
    fields.put("type", TYPE);
    fields.put("ledger", ceremony.ledger());
    fields.put("ceremony", ceremony.id());
    fields.put("digest", subject.digest().hex());
    fields.put("dialect", subject.dialect());
    fields.put("expires", expires.truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("keys", subject.signers());
    fields.put("kind", subject.kind().id());
    subject.order().ifPresent(order -> fields.put("order", order));
    fields.put("policy", subject.policy().hex());
    fields.put("previous", subject.previousDigest().map(Sha256::hex).orElse(""));
    fields.put("repository", subject.repository());
    fields.put("statement", vote.statement(subject.kind()));
    fields.put("supersedes", subject.supersedes().stream().map(Sha256::hex).toList());
    fields.put("version", subject.version());
    return JsonObject.of(fields);
  }

  /** The file that carries it: the object, who signed it, and the signature. */
  public byte[] file() {
    return CanonicalJson.encode(json());
  }

  /** {@link #file} as a value. */
  public JsonObject json() {
    return JsonObject.of(
        Map.of(
            "approval", object, "custodian", custodian, "key", key.hex(), "signature", signature));
  }

  /** A file made of a signature over {@link #message}. */
  public static byte[] file(
      Ceremony ceremony, Custodian custodian, Vote vote, Instant expires, byte[] signature) {
    return new Approval(
            custodian.name(),
            custodian.key().fingerprint(),
            vote,
            expires,
            object(ceremony, vote, expires),
            Base64.getEncoder().encodeToString(signature))
        .file();
  }

  /**
   * Reads a file and makes sure that a custodian of {@code quorum} signed exactly what this
   * ceremony is about. Whether it still counts is another question.
   *
   * @throws RefusedException {@code CEREMONY_A_1}, {@code MALFORMED}
   */
  public static Approval read(byte[] file, Ceremony ceremony, Quorum quorum) {
    return of(parse(file), ceremony, quorum);
  }

  static Approval of(JsonObject file, Ceremony ceremony, Quorum quorum) {
    Fields fields = new Fields(file);
    JsonObject object = fields.object("approval");
    Fields signed = new Fields(object);
    Instant expires = signed.time("expires");
    Vote vote = vote(ceremony, object, expires);
    String name = fields.text("custodian");
    Custodian custodian =
        quorum
            .find(name)
            .filter(each -> each.key().fingerprint().equals(fields.digest("key")))
            .orElseThrow(
                () -> refused("an approval by " + Quote.of(name), "the custodians and their keys"));
    if (!custodian.key().verifies(CanonicalJson.encode(object), fields.bytes("signature"))) {
      throw refused(
          "a signature that does not verify under the key of " + Quote.of(name),
          "a signature of " + custodian.key().algorithm().id() + " over the approval object");
    }
    return new Approval(
        name, custodian.key().fingerprint(), vote, expires, object, fields.text("signature"));
  }

  private static Vote vote(Ceremony ceremony, JsonObject object, Instant expires) {
    Optional<Vote> vote =
        Arrays.stream(Vote.values())
            .filter(each -> object(ceremony, each, expires).equals(object))
            .findFirst();
    return vote.orElseThrow(() -> refused(firstDifference(ceremony, object, expires)));
  }

  private static RefusedException refused(String what) {
    return refused("an approval with another " + what, "what this ceremony is about");
  }

  private static String firstDifference(Ceremony ceremony, JsonObject object, Instant expires) {
    JsonObject expected = object(ceremony, Vote.APPROVE, expires);
    for (int i = 0; i < expected.size(); i++) {
      JsonValue found = object.get(expected.name(i));
      if (!expected.name(i).equals("statement") && !expected.value(i).equals(found)) {
        return expected.name(i);
      }
    }
    return object.size() == expected.size() ? "statement" : "set of members";
  }

  private static JsonObject parse(byte[] file) {
    try {
      if (StrictJson.parse(file, StrictJson.Text.PRINTABLE_ASCII) instanceof JsonObject object) {
        return object;
      }
    } catch (MalformedJsonException e) {
      // Refused below with everything else that is no approval.
    }
    throw refused("a file that is no approval", "the file that `chancery ceremony approve` wrote");
  }

  private static RefusedException refused(String observed, String allowed) {
    return new RefusedException(
        Refusal.CEREMONY_A_1,
        observed,
        allowed,
        "have the custodian look at this ceremony and approve its digest");
  }
}
