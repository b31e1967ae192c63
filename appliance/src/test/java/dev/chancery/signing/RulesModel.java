package dev.chancery.signing;

import dev.chancery.api.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What RULES.md says of versions, lifetimes, status and clock: F-2, F-3, F-7, NC-5, NT-6, V-3. */
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
    @Nullable Content newest;
    boolean signed;

    Key(String repository, Role role) {
      this.repository = repository;
      this.role = role;
    }
  }

  final List<Key> keys = new ArrayList<>();
  boolean clockTrusted = true;

  /** "admit", or the first control in the order of docs/controls.md that says no. */
  String judge(Key key, Content content, Instant now) {
    Duration longest = Duration.ofDays(key.role == Role.TIMESTAMP ? 14 : 1095).plusHours(24);
    if (key.status.equals("retired")) {
      return "REPOSITORY_RETIRED";
    } else if (key.status.equals("frozen")) {
      return "KEY_FROZEN";
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
    return content.version() > key.watermark + 1 ? "VERSION_JUMP" : "admit";
  }

  /** Of the repository's keys of this role, for a snapshot key of its timestamp keys too. */
  int highest(Key of) {
    return keys.stream()
        .filter(key -> key.repository.equals(of.repository))
        .filter(key -> key.role == of.role || of.role == Role.SNAPSHOT)
        .mapToInt(key -> key.watermark)
        .max()
        .orElse(0);
  }
}
