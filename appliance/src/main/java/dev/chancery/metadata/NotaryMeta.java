package dev.chancery.metadata;

import dev.chancery.api.MetaFile;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The {@code meta} of Notary's timestamps and snapshots (RULES NT-1 to NT-4, NS-1, NS-2). */
final class NotaryMeta {
  /** The one name in a timestamp (RULES N-5). */
  static final String SNAPSHOT = "snapshot";

  private static final String ROOT = "root";
  private static final String TARGETS = "targets";
  private static final String DELEGATION_PREFIX = "targets/";
  private static final int MAX_NAME_CHARS = 255;

  private static final List<String> TIMESTAMP_NAMES = List.of(SNAPSHOT);
  private static final List<String> BASE_NAMES = List.of(ROOT, TARGETS);
  private static final List<String> ENTRY = List.of("hashes", "length");
  private static final List<String> BOTH_HASHES = List.of("sha256", "sha512");
  private static final List<String> SHA256_ONLY = List.of("sha256");

  /** NT-4: as much as Notary's clients download (RULES N-8). */
  private static final long MAX_LENGTH = 104_857_600;

  private final FormOptions options;

  NotaryMeta(FormOptions options) {
    this.options = options;
  }

  /** NT-1: exactly the member {@code snapshot}. */
  MetaFile ofTimestamp(@Nullable JsonValue meta) {
    JsonObject names = object("meta", meta);
    if (!Forms.hasExactly(names, TIMESTAMP_NAMES)) {
      Forms.checkCase("meta", names, TIMESTAMP_NAMES);
      throw invalid("meta with " + shownNames(names), Forms.list(TIMESTAMP_NAMES));
    }
    return file(SNAPSHOT, names.value(0));
  }

  /** NS-1, NS-2: root, targets and delegations, at most as many as the options say. */
  SortedMap<String, MetaFile> ofSnapshot(@Nullable JsonValue meta) {
    JsonObject names = object("meta", meta);
    Forms.checkCase("meta", names, BASE_NAMES);
    if (names.size() > options.maxNames()) {
      throw new RefusedException(
          Refusal.META_INVALID,
          "meta with " + names.size() + " names",
          "at most " + options.maxNames(),
          "use fewer delegations, or ask the operator to raise the limit of this key");
    }
    for (String name : BASE_NAMES) {
      if (names.get(name) == null) {
        throw invalid("meta without " + Quote.of(name), "root and targets among the names");
      }
    }
    SortedMap<String, MetaFile> files = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.name(i);
      if (!BASE_NAMES.contains(name) && !isDelegation(name)) {
        throw invalid(
            "the name " + Quote.of(name) + " in meta",
            "root, targets, and targets/ with lower-case letters, digits, - _ /, to 255 bytes");
      }
      files.put(name, file(name, names.value(i)));
    }
    return files;
  }

  /** Notary's role names: {@code targets/[-a-z0-9_/]+} and a clean path. */
  private static boolean isDelegation(String name) {
    if (!name.startsWith(DELEGATION_PREFIX)
        || name.length() > MAX_NAME_CHARS
        || name.endsWith("/")
        || name.contains("//")) {
      return false;
    }
    for (int i = DELEGATION_PREFIX.length(); i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!plain && c != '-' && c != '_' && c != '/') {
        return false;
      }
    }
    return true;
  }

  /** NT-2 to NT-4: exactly {@code hashes} and {@code length}. */
  private MetaFile file(String name, JsonValue value) {
    JsonObject entry = object(name, value);
    Forms.checkMembers("the meta entry " + Quote.of(name), entry, ENTRY);
    JsonObject hashes = object("hashes", entry.value(0));
    boolean both = Forms.hasExactly(hashes, BOTH_HASHES);
    if (!both && !(options.legacySha256Only() && Forms.hasExactly(hashes, SHA256_ONLY))) {
      Forms.checkCase("hashes", hashes, BOTH_HASHES);
      throw invalid("hashes with " + shownNames(hashes), Forms.list(BOTH_HASHES));
    }
    Sha256 sha256 = Sha256.fromBytes(hash("sha256", hashes.value(0), Sha256.LENGTH));
    Sha512 sha512 = both ? Sha512.fromBytes(hash("sha512", hashes.value(1), Sha512.LENGTH)) : null;
    return new MetaFile(sha256, sha512, length(entry.value(1)));
  }

  /** NT-3: padded standard base64 that encodes back to itself. */
  private static byte[] hash(String algorithm, JsonValue value, int bytes) {
    if (value instanceof JsonValue.JsonString(var text)) {
      byte[] decoded = Base64s.decode(text);
      if (decoded != null && decoded.length == bytes) {
        return decoded;
      }
    }
    throw invalid(
        algorithm + " " + Forms.show(value),
        "standard base64 with padding, in its one canonical form, of " + bytes + " bytes");
  }

  private static long length(JsonValue value) {
    if (value instanceof JsonValue.JsonInteger(var length) && length >= 1 && length <= MAX_LENGTH) {
      return length;
    }
    throw invalid("length " + Forms.show(value), "a whole number, 1 to " + MAX_LENGTH);
  }

  private static JsonObject object(String what, @Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw invalid(
        Quote.of(what) + " that is " + (value == null ? "missing" : value.kind()), "an object");
  }

  private static String shownNames(JsonObject object) {
    return switch (object.size()) {
      case 0 -> "no member";
      case 1 -> "only the member " + Quote.of(object.name(0));
      default -> object.size() + " members, " + Quote.of(object.name(0)) + " the first of them";
    };
  }

  private static RefusedException invalid(String observed, String allowed) {
    return Forms.refused(Refusal.META_INVALID, observed, allowed);
  }
}
