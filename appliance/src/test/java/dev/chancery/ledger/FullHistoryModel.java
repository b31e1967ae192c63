package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DESIGN section 3 and RULES F-2, F-3 for one repository, as the words say and as slowly as that
 * is: every rule searches everything ever admitted.
 */
final class FullHistoryModel {
  /**
   * One admission.
   *
   * @param named for a timestamp, the snapshot signed here that it named
   */
  private record Admission(
      KeyRecord key, int version, Map<String, MetaFile> meta, @Nullable Issued named) {}

  private record Issued(KeyRecord key, int version, MetaFile file) {}

  private final List<Admission> admissions = new ArrayList<>();
  private final List<Issued> issued = new ArrayList<>();

  /** "admit", or the id of the refusal. */
  String judge(KeyRecord key, int version, Map<String, MetaFile> meta) {
    int watermark = watermark(key);
    if (watermark == 0 && version > firstLimit(key.role())) {
      return "FIRST_VERSION_TOO_HIGH";
    }
    if (watermark > 0 && version < watermark) {
      return "VERSION_ROLLBACK";
    }
    if (watermark > 0 && version > watermark + 1) {
      return "VERSION_JUMP";
    }
    if (returnsASupersededFile(key, version, meta)) {
      return "META_ROLLBACK";
    }
    if (losesAName(key, version, meta)) {
      return "META_NAME_LOST";
    }
    return key.role() == Role.TIMESTAMP
        ? link(key, version, Objects.requireNonNull(meta.get("snapshot")))
        : "admit";
  }

  void admit(KeyRecord key, int version, Map<String, MetaFile> meta) {
    MetaFile snapshot = meta.get("snapshot");
    Issued named = snapshot == null ? null : find(snapshot.sha256()).orElse(null);
    admissions.add(new Admission(key, version, Map.copyOf(meta), named));
  }

  void issued(KeyRecord key, int version, MetaFile file) {
    issued.add(new Issued(key, version, file));
  }

  int watermark(KeyRecord key) {
    return admissions.stream()
        .filter(each -> each.key().equals(key))
        .mapToInt(Admission::version)
        .max()
        .orElse(0);
  }

  int highest(Role role) {
    return admissions.stream()
        .filter(each -> each.key().role() == role)
        .mapToInt(Admission::version)
        .max()
        .orElse(0);
  }

  private int firstLimit(Role role) {
    int related = role == Role.SNAPSHOT ? highest(Role.TIMESTAMP) : 0;
    return Math.max(highest(role), related) + 1000;
  }

  private List<Admission> at(KeyRecord key, int version) {
    return admissions.stream()
        .filter(each -> each.key().equals(key) && each.version() == version)
        .toList();
  }

  // A hash h, last carried at version u, is superseded once a request of version u+1 carried for
  // that name a hash first seen after h. A superseded hash last seen at v−2 or earlier is refused.
  private boolean returnsASupersededFile(KeyRecord key, int version, Map<String, MetaFile> meta) {
    return meta.entrySet().stream()
        .anyMatch(
            entry -> {
              Sha256 hash = entry.getValue().sha256();
              int last = lastCarried(key, entry.getKey(), hash);
              return last > 0 && last <= version - 2 && isSuperseded(key, entry.getKey(), hash);
            });
  }

  private int lastCarried(KeyRecord key, String name, Sha256 hash) {
    return admissions.stream()
        .filter(each -> carries(each, key, name, hash))
        .mapToInt(Admission::version)
        .max()
        .orElse(0);
  }

  private boolean isSuperseded(KeyRecord key, String name, Sha256 hash) {
    Map<Sha256, Integer> firstSeen = new HashMap<>();
    boolean[] carriedAt = new boolean[highest(key.role()) + 2];
    for (int i = 0; i < admissions.size(); i++) {
      Admission each = admissions.get(i);
      MetaFile file = each.meta().get(name);
      if (!each.key().equals(key) || file == null) {
        continue;
      }
      firstSeen.putIfAbsent(file.sha256(), i);
      if (file.sha256().equals(hash)) {
        carriedAt[each.version()] = true;
      } else if (carriedAt[each.version() - 1]
          && firstSeen.getOrDefault(file.sha256(), i) > firstSeen.getOrDefault(hash, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean carries(Admission each, KeyRecord key, String name, Sha256 hash) {
    MetaFile file = each.meta().get(name);
    return each.key().equals(key) && file != null && file.sha256().equals(hash);
  }

  // A name present in every content admitted at v−1 must be present at v.
  private boolean losesAName(KeyRecord key, int version, Map<String, MetaFile> meta) {
    List<Admission> before = at(key, version - 1);
    return !before.isEmpty()
        && before.getFirst().meta().keySet().stream()
            .filter(name -> before.stream().allMatch(each -> each.meta().containsKey(name)))
            .anyMatch(name -> !meta.containsKey(name));
  }

  private String link(KeyRecord key, int version, MetaFile snapshot) {
    Optional<Issued> named = find(snapshot.sha256());
    if (named.isPresent() && named.get().file().length() != snapshot.length()) {
      return "SNAPSHOT_NOT_ISSUED";
    }
    List<Admission> before = predecessors(key, version);
    if (!before.isEmpty() && before.stream().allMatch(each -> each.named() != null)) {
      if (named.isEmpty()) {
        return "SNAPSHOT_NOT_ISSUED";
      }
      if (before.stream().allMatch(each -> isOlder(named.get(), each.named()))) {
        return "SNAPSHOT_ROLLBACK";
      }
    }
    return named.isPresent() && named.get().version() < watermark(named.get().key()) - 1
        ? "SNAPSHOT_ROLLBACK"
        : "admit";
  }

  // All timestamps admitted at v−1 of that key; for a new key's first version, of the key that
  // signed last before it.
  private List<Admission> predecessors(KeyRecord key, int version) {
    int first = firstAdmission(key);
    boolean isFirstVersion =
        first == admissions.size() || admissions.get(first).version() == version;
    if (!isFirstVersion) {
      return at(key, version - 1);
    }
    for (int i = first - 1; i >= 0; i--) {
      Admission each = admissions.get(i);
      if (each.key().role() == Role.TIMESTAMP) {
        return admissions.subList(0, first).stream()
            .filter(other -> other.key().equals(each.key()) && other.version() == version - 1)
            .toList();
      }
    }
    return List.of();
  }

  private int firstAdmission(KeyRecord key) {
    for (int i = 0; i < admissions.size(); i++) {
      if (admissions.get(i).key().equals(key)) {
        return i;
      }
    }
    return admissions.size();
  }

  // Order: first signature of its key, then version.
  private boolean isOlder(Issued one, @Nullable Issued other) {
    if (other == null) {
      return false;
    }
    int keys = Integer.compare(firstAdmission(one.key()), firstAdmission(other.key()));
    return keys < 0 || (keys == 0 && one.version() < other.version());
  }

  private Optional<Issued> find(Sha256 file) {
    return issued.stream().filter(each -> each.file().sha256().equals(file)).findFirst();
  }
}
