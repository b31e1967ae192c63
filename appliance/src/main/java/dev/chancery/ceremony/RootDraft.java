package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes the {@code signed} part of a root from the one before it; nothing in it is checked. */
public final class RootDraft {
  private static final String SPEC_VERSION = "1.0.34";

  private final Dialect dialect;
  private final Map<String, JsonValue> members = new TreeMap<>();
  private final Map<String, JsonObject> keys = new TreeMap<>();
  private final Map<String, JsonValue> roles = new TreeMap<>();
  private final Set<String> droppable = new HashSet<>();

  private RootDraft(Dialect dialect) {
    this.dialect = dialect;
  }

  /** A first root, of version 1; all four roles have to be given keys. */
  public static RootDraft first(Dialect dialect) {
    RootDraft draft = new RootDraft(dialect);
    draft.member("_type", dialect == Dialect.NOTARY ? "Root" : "root");
    draft.member("version", 1);
    // Notary always writes false; tuf-js wants a value and sigstore-java reads true (RULES T-11).
    draft.member("consistent_snapshot", dialect == Dialect.TUF);
    if (dialect == Dialect.TUF) {
      draft.member("spec_version", SPEC_VERSION);
    }
    return draft;
  }

  /** The root after {@code previous}, equal to it but for the version. */
  public static RootDraft after(RootDocument previous) {
    RootDraft draft = new RootDraft(previous.dialect());
    JsonObject signed = previous.signed();
    for (int i = 0; i < signed.size(); i++) {
      draft.members.put(signed.name(i), signed.value(i));
    }
    draft.member("version", previous.version().number() + 1);
    previous.keys().forEach((id, key) -> draft.keys.put(id, key.object()));
    previous.roles().forEach((name, role) -> draft.roles.put(name, role.object()));
    // Old root certificates stay on purpose (RULES NR-6); other keys that lose their role go.
    Set<String> notaryRoot = new HashSet<>(previous.role("root").keyIds());
    previous.keysWithoutRole().stream().map(RootKey::id).forEach(notaryRoot::add);
    draft.droppable.addAll(draft.keys.keySet());
    if (previous.dialect() == Dialect.NOTARY) {
      draft.droppable.removeAll(notaryRoot);
    }
    return draft;
  }

  /** Whole seconds count. */
  public RootDraft expires(Instant instant) {
    return member("expires", instant.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Gives a role these keys and no others. */
  public RootDraft role(String name, List<JsonObject> objects, int threshold) {
    List<String> ids = new ArrayList<>();
    for (JsonObject object : objects) {
      String id = Sha256.of(CanonicalJson.encode(object)).hex();
      keys.put(id, object);
      ids.add(id);
    }
    Map<String, Object> role = new LinkedHashMap<>();
    if (roles.get(name) instanceof JsonObject old) {
      for (int i = 0; i < old.size(); i++) {
        role.put(old.name(i), old.value(i));
      }
    }
    role.put("keyids", ids);
    role.put("threshold", threshold);
    roles.put(name, JsonObject.of(role));
    return this;
  }

  /** The root. */
  public RootDocument build() {
    Set<String> named = new HashSet<>();
    for (JsonValue role : roles.values()) {
      if (role instanceof JsonObject object
          && object.get("keyids") instanceof JsonValue.JsonArray(var ids)) {
        ids.forEach(id -> named.add(((JsonValue.JsonString) id).value()));
      }
    }
    Map<String, JsonValue> kept = new TreeMap<>(keys);
    kept.keySet().removeIf(id -> droppable.contains(id) && !named.contains(id));
    Map<String, JsonValue> all = new TreeMap<>(members);
    all.put("keys", JsonObject.of(kept));
    all.put("roles", JsonObject.of(roles));
    return RootDocument.of(dialect, JsonObject.of(all));
  }

  /** Sets a member of its own, such as {@code x-tuf-on-ci-expiry-period}. */
  public RootDraft member(String name, Object value) {
    members.put(name, JsonValue.of(value));
    return this;
  }
}
