package dev.chancery.ceremony;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKey;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What TUF 1.0 wants of a root beside the rules of both dialects (RULES section 5). */
final class TufRootRules {
  /** TC-5: the one form that every client reads. */
  private static final Pattern EXPIRES =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

  private static final Pattern SPEC_VERSION = Pattern.compile("1\\.\\d+(\\.\\d+)?");

  /** TC-3: the names of members that tuf-on-ci puts into roots. */
  private static final String KNOWN_EXTRA = "x-tuf-on-ci-";

  /** T-9: the schemes of new keys by their keytype. */
  private static final Map<String, List<String>> SCHEMES =
      Map.of(
          "ecdsa", List.of("ecdsa-sha2-nistp256"),
          "ed25519", List.of("ed25519"),
          "rsa", List.of("rsassa-pss-sha256"));

  /** TC-6: sigstore-java's limit, less room for signatures. */
  private static final int MAX_SIGNED = 101_376 - 16_384;

  private TufRootRules() {}

  static void check(RootDocument next) {
    if (next.canonical().length() > MAX_SIGNED) {
      throw refused(
          Refusal.ROOT_TR_10,
          "a root of " + next.canonical().length() + " bytes",
          "at most " + MAX_SIGNED);
    }
    if (!EXPIRES.matcher(next.expiresText()).matches()) {
      throw refused(
          Refusal.ROOT_TR_8,
          "expires " + Quote.of(next.expiresText()),
          "the form 2026-12-07T06:48:15Z");
    }
    if (!(next.signed().get("spec_version") instanceof JsonValue.JsonString(var version))
        || !SPEC_VERSION.matcher(version).matches()) {
      throw refused(Refusal.ROOT_TR_10, "another spec_version, or none", "1.0.x");
    }
    if (!(next.signed().get("consistent_snapshot") instanceof JsonValue.JsonLiteral literal)
        || literal == JsonValue.JsonLiteral.NULL) {
      throw refused(Refusal.ROOT_TR_10, "no consistent_snapshot", "true or false");
    }
    for (String name : next.extras().keySet()) {
      if (!name.substring(name.lastIndexOf('.') + 1).startsWith(KNOWN_EXTRA)) {
        throw refused(
            Refusal.ROOT_TR_10, "member " + Quote.of(name), "members that somebody reads");
      }
    }
  }

  /** Whether keytype, scheme and spelling are those that all clients read (T-9). */
  static boolean isPlain(RootKey key) {
    List<String> schemes = SCHEMES.getOrDefault(key.keyType(), List.of());
    return key.object().get("scheme") instanceof JsonValue.JsonString(var scheme)
        && schemes.contains(scheme)
        && (key.keyType().equals("ed25519") || isPem(key));
  }

  private static boolean isPem(RootKey key) {
    return key.object().get("keyval") instanceof dev.chancery.canonical.JsonObject keyval
        && keyval.get("public") instanceof JsonValue.JsonString(var text)
        && text.startsWith("-----BEGIN PUBLIC KEY-----");
  }

  private static RefusedException refused(Refusal rule, String observed, String allowed) {
    return RootRules.refused(rule, observed, allowed, "write the root in the form of TUF 1.0");
  }
}
