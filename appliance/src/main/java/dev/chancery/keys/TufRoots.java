package dev.chancery.keys;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.RegisteredRoot;
import dev.chancery.metadata.TufRoot;
import dev.chancery.policy.ListedKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The roots registered for TUF 1.0 repositories, read. Safe for many threads. */
public final class TufRoots {
  private static final int MAX_CACHED = 1_000;

  private final Ledger ledger;
  private final Map<Sha256, TufRoot> read = new ConcurrentHashMap<>();

  public TufRoots(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The newest root registered for {@code repository}, if there is one. */
  public Optional<TufRoot> newest(RepositoryName repository) {
    return ledger.root(repository).map(this::read);
  }

  // It was verified when it came on the record; that it verifies itself is looked at once more.
  private TufRoot read(RegisteredRoot registered) {
    Sha256 digest = registered.keys().digest();
    TufRoot known = read.get(digest);
    if (known == null) {
      known = TufRoot.trusted(registered.file());
      if (read.size() >= MAX_CACHED) {
        read.clear();
      }
      read.put(digest, known);
    }
    return known;
  }

  /**
   * What {@code root} says to the rules. An id that is one of {@code known} counts only with its
   * key: clients would not take a signature of another.
   */
  static ListedKeys listed(TufRoot root, List<KeyRecord> known) {
    return new ListedKeys(
        root.version(),
        root.digest(),
        root.expires(),
        listed(root, Role.TIMESTAMP, known),
        listed(root, Role.SNAPSHOT, known));
  }

  private static List<KeyId> listed(TufRoot root, Role role, List<KeyRecord> known) {
    Map<String, VerificationKey> keys = root.keys(role.id());
    List<KeyId> ids = new ArrayList<>();
    for (String text : root.keyIds(role.id())) {
      VerificationKey key = keys.get(text);
      if (key != null && isKeyId(text)) {
        KeyId id = new KeyId(text);
        if (known.stream().allMatch(each -> !each.id().equals(id) || isKey(each, key))) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  private static boolean isKey(KeyRecord known, VerificationKey key) {
    return Arrays.equals(known.publicKey().der(), key.subjectPublicKeyInfo());
  }

  // Older roots have ids of other forms; keys here have none of those.
  private static boolean isKeyId(String text) {
    try {
      return new KeyId(text).hex().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
