package dev.chancery.policy;

import dev.chancery.api.Sha256;
import dev.chancery.api.TufMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that was admitted for one key at one version. A trust server signs before it stores, so any
 * of these contents may be the one it has: requests are compared with all of them, never with the
 * last one (DESIGN section 3).
 *
 * @param version the version, or 0 where nothing was admitted
 * @param contents how many different contents
 * @param names what they carried, by metadata name
 * @param allLinked for a timestamp: whether every one of them named a snapshot signed here
 * @param oldestNamed for a timestamp: the oldest snapshot signed here that one of them named
 * @param files in TUF 1.0, where metadata says versions: what every content named
 */
public record Frontier(
    int version,
    int contents,
    Map<String, Name> names,
    boolean allLinked,
    @Nullable SnapshotOrder oldestNamed,
    Map<String, KnownFile> files) {
  /**
   * One metadata name.
   *
   * @param inAll whether every content had it
   * @param hashes the file hashes carried for it
   */
  public record Name(boolean inAll, List<Carried> hashes) {
    public Name {
      hashes = List.copyOf(hashes);
    }
  }

  /** Nothing was admitted. */
  public static final Frontier NONE = new Frontier(0, 0, Map.of(), true, null);

  public Frontier {
    names = Collections.unmodifiableMap(names);
    files = Collections.unmodifiableMap(files);
  }

  /** Contents of the Notary dialect. */
  public Frontier(
      int version,
      int contents,
      Map<String, Name> names,
      boolean allLinked,
      @Nullable SnapshotOrder oldestNamed) {
    this(version, contents, names, allLinked, oldestNamed, Map.of());
  }

  /** One content of the TUF 1.0 dialect. */
  static Frontier of(TufMetadata metadata) {
    Map<String, KnownFile> files = HashMap.newHashMap(metadata.meta().size());
    metadata.meta().forEach((name, file) -> files.put(name, KnownFile.of(file)));
    return new Frontier(metadata.version().number(), 1, Map.of(), true, null, files);
  }

  /** This frontier of the TUF 1.0 dialect with one more content of its version. */
  Frontier and(Frontier other) {
    Map<String, KnownFile> both = new HashMap<>();
    files.forEach(
        (name, file) -> {
          KnownFile same = other.files.get(name);
          if (same != null) {
            both.put(name, file.and(same));
          }
        });
    return new Frontier(version, contents + 1, names, allLinked, oldestNamed, both);
  }

  /** The entry of {@code hash} under {@code name}, or null if no content carried it. */
  public @Nullable Carried carried(String name, Sha256 hash) {
    Name entry = names.get(name);
    if (entry == null) {
      return null;
    }
    for (Carried carried : entry.hashes()) {
      if (carried.hash().equals(hash)) {
        return carried;
      }
    }
    return null;
  }

  /** The hashes carried for {@code name}; empty if none. */
  List<Carried> carried(String name) {
    Name entry = names.get(name);
    return entry == null ? List.of() : entry.hashes();
  }

  /** This frontier with one more content; {@code named} is null for a foreign snapshot. */
  Frontier with(int atVersion, Map<String, Carried> content, @Nullable SnapshotOrder named) {
    Map<String, Name> merged = new HashMap<>();
    names.forEach(
        (name, entry) ->
            merged.put(name, new Name(entry.inAll() && content.containsKey(name), entry.hashes())));
    content.forEach((name, carried) -> merged.merge(name, first(carried), Frontier::joined));
    return new Frontier(
        atVersion, contents + 1, merged, allLinked && named != null, older(oldestNamed, named));
  }

  /**
   * What the next key of a repository goes on from: hashes are remembered per key, links are not.
   */
  Frontier withoutNames() {
    return new Frontier(version, contents, Map.of(), allLinked, oldestNamed);
  }

  private Name first(Carried carried) {
    return new Name(contents == 0, List.of(carried));
  }

  private static Name joined(Name before, Name added) {
    List<Carried> hashes = new ArrayList<>(before.hashes());
    for (Carried carried : added.hashes()) {
      if (!hashes.contains(carried)) {
        hashes.add(carried);
      }
    }
    return new Name(before.inAll(), hashes);
  }

  private static @Nullable SnapshotOrder older(
      @Nullable SnapshotOrder one, @Nullable SnapshotOrder other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }
}
