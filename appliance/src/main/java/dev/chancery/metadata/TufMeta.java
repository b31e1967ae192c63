package dev.chancery.metadata;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.TufTimestamp;
import dev.chancery.api.Version;
import dev.chancery.api.VersionedFile;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The {@code meta} of TUF 1.0 timestamps and snapshots (RULES TT-1 to TT-3, TS-1, TS-3). */
final class TufMeta {
  private static final String TARGETS = "targets.json";
  private static final String SUFFIX = ".json";
  private static final int MAX_NAME_CHARS = 255;

  /** TT-3: as much of a snapshot or of targets as clients download (RULES T-10). */
  private static final long MAX_LENGTH = 2_000_000;

  private static final List<String> TIMESTAMP_NAMES = List.of(TufTimestamp.SNAPSHOT);

  /** TS-1: no targets metadata, so nothing a snapshot may name. */
  private static final List<String> TOP_LEVEL =
      List.of("root.json", TufTimestamp.SNAPSHOT, "timestamp.json");

  private static final List<String> ENTRY = List.of("version");
  private static final List<String> ENTRY_OPTIONAL = List.of("hashes", "length");
  private static final List<String> HASHES = List.of("sha256", "sha512");

  private final TufForm form;

  TufMeta(TufForm form) {
    this.form = form;
  }

  /** TT-1: exactly the member {@code snapshot.json}. */
  VersionedFile ofTimestamp(@Nullable JsonValue meta) {
    JsonObject names = object("meta", meta);
    if (!Forms.hasExactly(names, TIMESTAMP_NAMES)) {
      Forms.checkCase("meta", names, TIMESTAMP_NAMES);
      throw invalid("meta with " + shownNames(names), Forms.list(TIMESTAMP_NAMES));
    }
    return file(TufTimestamp.SNAPSHOT, names.value(0));
  }

  /** TS-1: targets.json and delegated targets. */
  SortedMap<String, VersionedFile> ofSnapshot(@Nullable JsonValue meta) {
    JsonObject names = object("meta", meta);
    Forms.checkCase("meta", names, List.of(TARGETS));
    if (names.get(TARGETS) == null) {
      throw invalid("meta without " + Quote.of(TARGETS), "targets.json among the names");
    }
    SortedMap<String, VersionedFile> files = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.name(i);
      if (!isTargets(name)) {
        throw invalid(
            "the name " + Quote.of(name) + " in meta",
            "names of targets metadata: .json at the end, at most 255 characters, no segment ..,"
                + " not root.json, snapshot.json or timestamp.json");
      }
      files.put(name, file(name, names.value(i)));
    }
    return files;
  }

  private static boolean isTargets(String name) {
    return name.endsWith(SUFFIX)
        && name.length() <= MAX_NAME_CHARS
        && name.length() > SUFFIX.length()
        && TOP_LEVEL.stream().noneMatch(name::equalsIgnoreCase)
        && Arrays.stream(name.split("/", -1)).noneMatch(".."::equals);
  }

  /** TT-3, TS-3. */
  private VersionedFile file(String name, JsonValue value) {
    JsonObject entry = object(name, value);
    Forms.checkMembers("the meta entry " + Quote.of(name), entry, ENTRY, ENTRY_OPTIONAL);
    Version version =
        TufSigned.version(
            "version of " + Quote.of(name), entry.get("version"), Refusal.META_INVALID);
    JsonValue length = entry.get("length");
    JsonValue hashes = entry.get("hashes");
    if (hashes == null) {
      if (form.requireHashes()) {
        throw invalid("no hashes of " + Quote.of(name), "hashes, as this repository requires");
      }
      return new VersionedFile(version, length(length), null, null);
    }
    JsonObject both = hashes(hashes);
    byte @Nullable [] sha512 = hash("sha512", both, Sha512.LENGTH);
    byte @Nullable [] sha256 = hash("sha256", both, Sha256.LENGTH);
    if (sha256 == null) {
      throw invalid(
          "hashes of " + Quote.of(name) + " without sha256", "sha256, with sha512 or not");
    }
    return new VersionedFile(
        version,
        length(length),
        Sha256.fromBytes(sha256),
        sha512 == null ? null : Sha512.fromBytes(sha512));
  }

  private static JsonObject hashes(JsonValue value) {
    JsonObject hashes = object("hashes", value);
    Forms.checkCase("hashes", hashes, HASHES);
    for (int i = 0; i < hashes.size(); i++) {
      if (!HASHES.contains(hashes.name(i))) {
        throw invalid("hash algorithm " + Quote.of(hashes.name(i)), "sha256, sha512 or both");
      }
    }
    return hashes;
  }

  private static byte @Nullable [] hash(String algorithm, JsonObject hashes, int bytes) {
    JsonValue value = hashes.get(algorithm);
    if (value == null) {
      return null;
    }
    byte[] decoded = value instanceof JsonValue.JsonString(var text) ? Hex.decode(text) : null;
    if (decoded == null || decoded.length != bytes) {
      throw invalid(
          algorithm + " " + Forms.show(value), 2 * bytes + " lower-case hexadecimal digits");
    }
    return decoded;
  }

  private static @Nullable Long length(@Nullable JsonValue value) {
    if (value == null) {
      return null;
    }
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
