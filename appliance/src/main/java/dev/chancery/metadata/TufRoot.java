package dev.chancery.metadata;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A root of TUF 1.0 whose signatures were verified: which keys sign which role, and how many of
 * them must (TUF specification 4.3). Read as leniently as published roots need, which have members
 * of their own, key ids that are no digests, and times with fractions (RULES T-6, T-13); nothing is
 * signed by it.
 */
public final class TufRoot {
  /** T-10: as much as clients download. */
  private static final int MAX_BYTES = 512_000;

  /** T-11: these and no others. */
  public static final List<String> ROLES = List.of("root", "snapshot", "targets", "timestamp");

  private final TufEnvelope envelope;
  private final Sha256 digest;
  private final Version version;
  private final Instant expires;
  private final Map<String, Optional<VerificationKey>> keys = new HashMap<>();
  private final Map<String, RoleKeys> roles = new HashMap<>();

  /** The key ids of one role, and how many of their keys must have signed. */
  private record RoleKeys(Set<String> keyIds, int threshold) {}

  private TufRoot(byte[] file) {
    this.envelope = TufEnvelope.read("the root file", file, MAX_BYTES, StrictJson.Text.UNICODE);
    this.digest = Sha256.of(file);
    JsonObject signed = envelope.signed();
    Forms.checkCase("signed", signed, List.of("_type", "expires", "keys", "roles", "version"));
    if (!(signed.get("_type") instanceof JsonValue.JsonString(var type) && type.equals("root"))) {
      throw Forms.refused(
          Refusal.WRONG_TYPE, "_type " + shown(signed.get("_type")), Quote.of("root"));
    }
    this.version = TufSigned.version("version", signed.get("version"), Refusal.MALFORMED);
    this.expires = expires(signed.get("expires"));
    JsonObject objects = object("keys", signed.get("keys"));
    for (int i = 0; i < objects.size(); i++) {
      keys.put(objects.name(i), TufKeyObjects.read(object("a key", objects.value(i))));
    }
    JsonObject named = object("roles", signed.get("roles"));
    if (!Forms.hasExactly(named, ROLES)) {
      throw malformed("roles with " + named.size() + " members", Forms.list(ROLES));
    }
    for (String role : ROLES) {
      roles.put(role, roleKeys(role, object(role, named.get(role))));
    }
  }

  /**
   * The root that somebody trusts, by himself or by a digest that he knows.
   *
   * @param file the whole file
   * @throws RefusedException for the first rule of form broken; {@code SIGNATURE_INVALID} unless as
   *     many of its own root keys have signed as it says must
   */
  public static TufRoot trusted(byte[] file) {
    TufRoot root = new TufRoot(file);
    root.requireSigned(root);
    return root;
  }

  /**
   * The next root, signed by this one's keys and by its own (TUF specification 5.3.4 to 5.3.5). It
   * does not matter whether either has expired.
   *
   * @throws RefusedException as {@link #trusted}; {@code VERSION_ROLLBACK} or {@code VERSION_JUMP}
   *     if it is not of the next version
   */
  public TufRoot next(byte[] file) {
    TufRoot next = new TufRoot(file);
    int step = next.version.number() - version.number();
    if (step != 1) {
      throw Forms.refused(
          step < 1 ? Refusal.VERSION_ROLLBACK : Refusal.VERSION_JUMP,
          "root version " + next.version,
          "version " + (version.number() + 1L));
    }
    requireSigned(next);
    next.requireSigned(next);
    return next;
  }

  /** TUF specification 4.3, VERSION. */
  public Version version() {
    return version;
  }

  /** From when clients refuse it. */
  public Instant expires() {
    return expires;
  }

  /** Digest of the whole file. */
  public Sha256 digest() {
    return digest;
  }

  /** How many keys of {@code role}, one of the four, must sign. */
  public int threshold(String role) {
    return role(role).threshold();
  }

  /**
   * The keys of {@code role}, one of the four, by key id; without those of schemes that are not
   * verified here.
   */
  public Map<String, VerificationKey> keys(String role) {
    Map<String, VerificationKey> found = new HashMap<>();
    for (String id : role(role).keyIds()) {
      Optional<VerificationKey> key = keys.get(id);
      if (key != null && key.isPresent()) {
        found.put(id, key.get());
      }
    }
    return found;
  }

  /** The ids of the keys of {@code role}, one of the four, in the order of the file. */
  public List<String> keyIds(String role) {
    return List.copyOf(role(role).keyIds());
  }

  private RoleKeys role(String role) {
    RoleKeys found = roles.get(role);
    if (found == null) {
      throw new IllegalArgumentException("not a top-level role: " + role);
    }
    return found;
  }

  // Clients count key ids; one key under two of them would count twice (RULES T-12). A signature of
  // one of these keys that is wrong clients would pass over, but somebody should look at it (TR-3).
  private void requireSigned(TufRoot root) {
    Map<String, VerificationKey> own = keys("root");
    Set<Sha256> signers = new HashSet<>();
    for (TufEnvelope.Signature signature : root.envelope.signatures()) {
      VerificationKey key = own.get(signature.keyId());
      if (key == null) {
        continue;
      }
      if (!root.envelope.verifies(key, signature)) {
        throw invalid(
            "a signature that does not verify under key " + Quote.of(signature.keyId()),
            "signatures of that key for this root");
      }
      signers.add(Sha256.of(key.subjectPublicKeyInfo()));
    }
    int threshold = threshold("root");
    if (signers.size() < threshold) {
      throw invalid(
          "root " + root.version + " signed by " + signers.size() + " keys of root " + version,
          threshold + " of them");
    }
  }

  private static RoleKeys roleKeys(String role, JsonObject object) {
    if (!(object.get("keyids") instanceof JsonValue.JsonArray(var ids))) {
      throw malformed("role " + Quote.of(role) + " without keyids", "an array of key ids");
    }
    Set<String> keyIds = new LinkedHashSet<>();
    for (JsonValue id : ids) {
      if (!(id instanceof JsonValue.JsonString(var text)) || !keyIds.add(text)) {
        throw malformed("key id " + Forms.show(id) + " of " + Quote.of(role), "distinct texts");
      }
    }
    if (object.get("threshold") instanceof JsonValue.JsonInteger(var threshold)
        && threshold >= 1
        && threshold <= keyIds.size()) {
      return new RoleKeys(keyIds, (int) threshold);
    }
    throw malformed(
        "threshold " + shown(object.get("threshold")) + " of " + Quote.of(role),
        "1 to " + keyIds.size() + ", the number of its keys");
  }

  /** A time as published metadata writes it. */
  static Instant expires(@Nullable JsonValue value) {
    if (value instanceof JsonValue.JsonString(var text)) {
      try {
        return Rfc3339.parse(text);
      } catch (DateTimeException e) {
        // Refused below with everything else that is no time.
      }
    }
    throw malformed("expires " + shown(value), "a date and time like 2026-12-07T06:48:15Z");
  }

  private static JsonObject object(String what, @Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw malformed(Quote.of(what) + " " + shown(value), "an object");
  }

  static String shown(@Nullable JsonValue value) {
    return value == null ? "missing" : Forms.show(value);
  }

  private static RefusedException malformed(String observed, String allowed) {
    return Forms.refused(Refusal.MALFORMED, observed, allowed);
  }

  private static RefusedException invalid(String observed, String allowed) {
    return Forms.refused(Refusal.SIGNATURE_INVALID, observed, allowed);
  }
}
