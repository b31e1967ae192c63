package dev.chancery.metadata;

import dev.chancery.api.CanonicalBytes;
import dev.chancery.api.Dialect;
import dev.chancery.api.Quote;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code signed} part of a root of either dialect, read as leniently as published roots need:
 * what may be in one that is yet to be signed, the rules of ceremonies say. Nobody vouches for it.
 */
public final class RootDocument {
  /** The roles that every root has, in the order in which people are told of them. */
  public static final List<String> ROLES = List.of("root", "timestamp", "snapshot", "targets");

  private static final List<String> NOTARY_MEMBERS =
      List.of("_type", "consistent_snapshot", "expires", "keys", "roles", "version");
  private static final List<String> TUF_MEMBERS =
      List.of(
          "_type", "consistent_snapshot", "expires", "keys", "roles", "spec_version", "version");

  /** RULES T-10, for either dialect: clients download no more. */
  private static final int MAX_BYTES = 512_000;

  private final Dialect dialect;
  private final JsonObject signed;
  private final CanonicalBytes canonical;
  private final Version version;
  private final String expiresText;
  private final Instant expires;
  private final Map<String, RootKey> keys = new TreeMap<>();
  private final Map<String, RootRole> roles = new TreeMap<>();

  private RootDocument(Dialect dialect, JsonObject signed) {
    this.dialect = dialect;
    this.signed = signed;
    this.canonical = new CanonicalBytes(CanonicalJson.encode(signed));
    Forms.checkCase("signed", signed, members(dialect));
    String type = dialect == Dialect.NOTARY ? "Root" : "root";
    if (!new JsonValue.JsonString(type).equals(signed.get("_type"))) {
      throw Forms.refused(
          Refusal.WRONG_TYPE, "_type " + shown(signed.get("_type")), Quote.of(type));
    }
    this.version = TufSigned.version("version", signed.get("version"), Refusal.MALFORMED);
    this.expiresText = text("expires", signed.get("expires"));
    this.expires = instant(expiresText);
    JsonObject objects = object("keys", signed.get("keys"));
    for (int i = 0; i < objects.size(); i++) {
      String id = objects.name(i);
      keys.put(id, RootKeyReader.read(dialect, id, object("a key", objects.value(i))));
    }
    JsonObject named = object("roles", signed.get("roles"));
    for (int i = 0; i < named.size(); i++) {
      roles.put(named.name(i), role(named.name(i), object("a role", named.value(i))));
    }
    for (String role : ROLES) {
      if (!roles.containsKey(role)) {
        throw malformed("roles without " + Quote.of(role), Forms.list(ROLES));
      }
    }
  }

  /**
   * Reads a {@code signed} part alone, in any JSON form.
   *
   * @throws RefusedException for the first rule of form broken
   */
  public static RootDocument read(Dialect dialect, byte[] signed) {
    Forms.checkSize("the root", signed, MAX_BYTES);
    StrictJson.Text text =
        dialect == Dialect.NOTARY ? StrictJson.Text.PRINTABLE_ASCII : StrictJson.Text.UNICODE;
    return of(dialect, Forms.object("the root", signed, text, "one JSON object"));
  }

  /**
   * The root that {@code signed} is.
   *
   * @throws RefusedException as {@link #read}
   */
  public static RootDocument of(Dialect dialect, JsonObject signed) {
    return new RootDocument(dialect, signed);
  }

  public Dialect dialect() {
    return dialect;
  }

  /** All that is signed. */
  public JsonObject signed() {
    return signed;
  }

  /** What the signatures cover. */
  public CanonicalBytes canonical() {
    return canonical;
  }

  /** The same as JSON that every parser reads, {@link #read} too; for Notary it is canonical. */
  public byte[] json() {
    return PlainJson.write(signed).getBytes(StandardCharsets.UTF_8);
  }

  /** Digest of what the signatures cover; ceremonies call it D. */
  public Sha256 digest() {
    return canonical.sha256();
  }

  public Version version() {
    return version;
  }

  /** From when clients refuse it. */
  public Instant expires() {
    return expires;
  }

  /** {@link #expires} as it is written. */
  public String expiresText() {
    return expiresText;
  }

  /** All keys, by id, those without a role too. */
  public Map<String, RootKey> keys() {
    return Collections.unmodifiableMap(keys);
  }

  /** All roles: the four and whatever else is there. */
  public Map<String, RootRole> roles() {
    return Collections.unmodifiableMap(roles);
  }

  /** One of the four roles. */
  public RootRole role(String name) {
    return Objects.requireNonNull(roles.get(name), name);
  }

  /** The keys of a role that are in the document. */
  public List<RootKey> keysOf(String role) {
    return role(role).keyIds().stream().distinct().map(keys::get).filter(Objects::nonNull).toList();
  }

  /** Keys that no role names; Notary keeps old root certificates so (RULES NR-6). */
  public List<RootKey> keysWithoutRole() {
    Set<String> named = new HashSet<>();
    roles.values().forEach(role -> named.addAll(role.keyIds()));
    return keys.values().stream().filter(key -> !named.contains(key.id())).toList();
  }

  /** When the last certificate of a root key that clients need runs out (RULES NR-4). */
  public Optional<Instant> certificatesEnd() {
    return keysOf("root").stream()
        .flatMap(key -> key.certificate().stream())
        .map(RootCertificate::notAfter)
        .min(Instant::compareTo);
  }

  /** From when clients really refuse it: the earlier of both clocks. */
  public Instant effectiveEnd() {
    return certificatesEnd().filter(end -> end.isBefore(expires)).orElse(expires);
  }

  /** Members that the dialect does not know, of the document and of roles, by their path. */
  public Map<String, JsonValue> extras() {
    Map<String, JsonValue> extras = new TreeMap<>();
    collect(extras, "", signed, members(dialect));
    roles.forEach(
        (name, role) ->
            collect(extras, "roles." + name + ".", role.object(), List.of("keyids", "threshold")));
    return extras;
  }

  /** Whether {@code signature} is of {@code key} over this root, in the form of its dialect. */
  public boolean isSignedBy(RootKey key, RootSignature signature) {
    return key.verifier().filter(verifier -> verifies(verifier, signature)).isPresent();
  }

  private boolean verifies(VerificationKey key, RootSignature signature) {
    try {
      return switch (dialect) {
        case NOTARY -> {
          byte[] raw = Base64s.decode(signature.sig());
          yield raw != null
              && signature.method().equalsIgnoreCase(key.algorithm().notaryMethod())
              && key.verify(canonical.bytes(), new RawSignature(raw));
        }
        case TUF -> key.verify(canonical.bytes(), TufKeys.decode(key.algorithm(), signature.sig()));
      };
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> members(Dialect dialect) {
    return dialect == Dialect.NOTARY ? NOTARY_MEMBERS : TUF_MEMBERS;
  }

  private static void collect(
      Map<String, JsonValue> extras, String path, JsonObject object, List<String> known) {
    for (int i = 0; i < object.size(); i++) {
      if (!known.contains(object.name(i))) {
        extras.put(path + object.name(i), object.value(i));
      }
    }
  }

  private static RootRole role(String name, JsonObject object) {
    if (!(object.get("keyids") instanceof JsonValue.JsonArray(var values))) {
      throw malformed("role " + Quote.of(name) + " without keyids", "an array of key ids");
    }
    List<String> ids = new ArrayList<>();
    for (JsonValue value : values) {
      ids.add(text("key id", value));
    }
    if (object.get("threshold") instanceof JsonValue.JsonInteger(var number)
        && number == (int) number) {
      return new RootRole(ids, (int) number, object);
    }
    throw malformed("threshold " + shown(object.get("threshold")), "a whole number");
  }

  private static Instant instant(String text) {
    try {
      return Rfc3339.parse(text);
    } catch (DateTimeException e) {
      throw malformed("expires " + Quote.of(text), "a date and time like 2026-12-07T06:48:15Z");
    }
  }

  private static String text(String what, @Nullable JsonValue value) {
    if (value instanceof JsonValue.JsonString(var text)) {
      return text;
    }
    throw malformed(what + " " + shown(value), "a text");
  }

  private static JsonObject object(String what, @Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw malformed(what + " " + shown(value), "an object");
  }

  private static String shown(@Nullable JsonValue value) {
    return value == null ? "missing" : Forms.show(value);
  }

  private static RefusedException malformed(String observed, String allowed) {
    return Forms.refused(Refusal.MALFORMED, observed, allowed);
  }
}
