package dev.chancery.ceremony;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootCertificate;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKey;
import dev.chancery.metadata.RootRole;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/** What Notary wants of a root beside the rules of both dialects (RULES section 3, NR). */
final class NotaryRootRules {
  /** NC-6. */
  private static final int MAX_SIGNED = 64 * 1_024;

  private static final List<String> MEMBERS =
      List.of("_type", "consistent_snapshot", "expires", "keys", "roles", "version");

  /** Notary takes a certificate a day before it begins. */
  private static final Duration EARLY = Duration.ofDays(1);

  /** NR-4: 18 months. */
  private static final long SHORT_CERTIFICATE_DAYS = 548;

  private NotaryRootRules() {}

  static void check(RootRequest request, Instant now, List<String> warnings) {
    RootDocument next = request.next();
    checkStructure(next);
    for (RootKey key : next.keysOf("root")) {
      checkCertificate(request, key, now);
    }
    Instant end = next.certificatesEnd().orElse(next.expires());
    long days = RootRules.days(now, end);
    if (days < SHORT_CERTIFICATE_DAYS) {
      warnings.add(
          "A root certificate ends on "
              + end
              + ", in "
              + days
              + " days: from then on clients refuse this root.");
    }
  }

  /** NR-1. */
  private static void checkStructure(RootDocument next) {
    if (next.canonical().length() > MAX_SIGNED) {
      throw refused(
          Refusal.ROOT_NR_1,
          "a root of " + next.canonical().length() + " bytes",
          "at most " + MAX_SIGNED);
    }
    requireMembers("the root", next.signed(), MEMBERS);
    if (!(next.signed().get("consistent_snapshot") instanceof JsonValue.JsonLiteral literal)
        || literal == JsonValue.JsonLiteral.NULL) {
      throw refused(Refusal.ROOT_NR_1, "no consistent_snapshot", "true or false");
    }
    for (RootRole role : next.roles().values()) {
      requireMembers("a role", role.object(), List.of("keyids", "threshold"));
    }
    for (RootKey key : next.keys().values()) {
      String what = "key " + Quote.of(key.id());
      requireMembers(what, key.object(), List.of("keytype", "keyval"));
      if (!(key.object().get("keyval") instanceof JsonObject keyval)
          || keyval.get("private") != JsonValue.JsonLiteral.NULL) {
        throw refused(Refusal.ROOT_NR_1, what + " without private:null", "private:null");
      }
      requireMembers(what, keyval, List.of("private", "public"));
      if (!key.computedId().equals(key.id())) {
        throw refused(Refusal.ROOT_NR_1, what, "its digest " + key.computedId());
      }
    }
  }

  private static void requireMembers(String what, JsonObject object, List<String> names) {
    TreeSet<String> found = new TreeSet<>();
    for (int i = 0; i < object.size(); i++) {
      found.add(object.name(i));
    }
    if (!found.equals(new TreeSet<>(names))) {
      throw refused(
          Refusal.ROOT_NR_1,
          what + " with members " + Quote.of(String.join(" ", found)),
          String.join(" ", names));
    }
  }

  /** NR-3. */
  private static void checkCertificate(RootRequest request, RootKey key, Instant now) {
    String what = "root key " + Quote.of(key.id());
    RootCertificate certificate =
        key.certificate()
            .orElseThrow(
                () ->
                    refused(
                        Refusal.ROOT_NR_3,
                        what + " of type " + Quote.of(key.keyType()),
                        "ecdsa-x509 or rsa-x509 and a certificate"));
    if (certificate.isAuthority() || certificate.leaves() != 1) {
      throw refused(
          Refusal.ROOT_NR_3,
          what + " with " + certificate.leaves() + " certificates of no authority",
          "exactly one, the first");
    }
    if (!certificate.isFor(request.repository().value())) {
      throw refused(
          Refusal.ROOT_NR_3,
          what + " with a certificate for " + Quote.of(certificate.commonName()),
          "one for " + Quote.of(request.repository().value()));
    }
    if (certificate.signedWithSha1()) {
      throw refused(Refusal.ROOT_NR_3, what + " with a certificate signed with SHA-1", "SHA-256");
    }
    if (now.isBefore(certificate.notBefore().minus(EARLY)) || now.isAfter(certificate.notAfter())) {
      throw refused(
          Refusal.ROOT_NR_3,
          what
              + " with a certificate from "
              + certificate.notBefore()
              + " to "
              + certificate.notAfter(),
          "one that is valid now");
    }
  }

  private static RefusedException refused(Refusal rule, String observed, String allowed) {
    return RootRules.refused(
        rule, observed, allowed, "write the root as Notary's own tool would have");
  }
}
