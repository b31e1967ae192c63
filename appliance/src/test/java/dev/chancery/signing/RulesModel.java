package dev.chancery.signing;

import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What RULES.md says of versions, lifetimes, status and clock (F-2, F-3, F-5, F-7, NC-5, NT-6, V-3)
 * and DESIGN section 5 of ledgers that were put back.
 */
final class RulesModel {
  /** One text that was asked to be signed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Content(int version, Instant expires, byte[] bytes) {}

  /** One key: nothing is known of it but what was admitted last. */
  static final class Key {
    final String repository;
    final Role role;
    String status = "active";
    int watermark;
    boolean resumed;
    @Nullable Content newest;
    boolean signed;

    Key(String repository, Role role) {
      this.repository = repository;
      this.role = role;
    }

    /** {@code content} is the newest that is known at the watermark. */
    void set(int version, @Nullable Content content, boolean isSigned) {
      watermark = version;
      newest = content;
      signed = isSigned;
    }

    private Key copy() {
      Key copy = new Key(repository, role);
      copy.set(watermark, newest, signed);
      copy.status = status;
      copy.resumed = resumed;
      return copy;
    }
  }

  final Map<KeyId, Key> keys = new LinkedHashMap<>();
  boolean clockTrusted = true;
  boolean bound = true;

  /** "admit", or the first control in the order of docs/controls.md that says no. */
  String judge(KeyId id, Content content, Instant now) {
    Key key = keys.get(id);
    if (key == null) {
      return "KEY_UNKNOWN";
    }
    Duration longest = Duration.ofDays(key.role == Role.TIMESTAMP ? 14 : 1095).plusHours(24);
    if (key.status.equals("retired")) {
      return "REPOSITORY_RETIRED";
    } else if (key.status.equals("frozen")) {
      return "KEY_FROZEN";
    } else if (!bound) {
      return "LEDGER_ROLLED_BACK";
    } else if (!clockTrusted) {
      return "CLOCK_UNTRUSTED";
    } else if (content.expires().isBefore(now.plus(Duration.ofHours(1)))) {
      return "EXPIRED";
    } else if (content.expires().isAfter(now.plus(longest))) {
      return "EXPIRY_TOO_FAR";
    } else if (key.watermark == 0) {
      return content.version() > highest(key) + 1000 ? "FIRST_VERSION_TOO_HIGH" : "admit";
    } else if (content.version() < key.watermark) {
      return "VERSION_ROLLBACK";
    }
    return content.version() > key.watermark + (key.resumed ? 10 : 1) ? "VERSION_JUMP" : "admit";
  }

  /** What it says to a watermark from elsewhere, which no document shows. */
  String judgeImport(Key key, int version) {
    if (key.status.equals("retired")) {
      return "REPOSITORY_RETIRED";
    } else if (key.watermark == 0) {
      return version > highest(key) + 1000 ? "FIRST_VERSION_TOO_HIGH" : "admit";
    } else if (version < key.watermark) {
      return "VERSION_ROLLBACK";
    }
    return version > key.watermark + 1000 ? "VERSION_JUMP" : "admit";
  }

  /** Of the repository's keys of this role, for a snapshot key of its timestamp keys too. */
  int highest(Key of) {
    return keys.values().stream()
        .filter(key -> key.repository.equals(of.repository))
        .filter(key -> key.role == of.role || of.role == Role.SNAPSHOT)
        .mapToInt(key -> key.watermark)
        .max()
        .orElse(0);
  }

  /** Every key that has signed may go on as after a re-base; how many these are. */
  int resumeAll() {
    keys.values().stream().filter(key -> key.watermark > 0).forEach(key -> key.resumed = true);
    return (int) keys.values().stream().filter(key -> key.watermark > 0).count();
  }

  RulesModel copy() {
    RulesModel copy = new RulesModel();
    keys.forEach((id, key) -> copy.keys.put(id, key.copy()));
    return copy;
  }
}
