package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKey;
import dev.chancery.metadata.RootRole;
import dev.chancery.metadata.RootSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a root must be before a ceremony may sign it (RULES section 6, and section 3 for Notary).
 * The whole document is judged anew, whoever made it.
 */
public final class RootRules {
  /** The names of rehearsals' repositories begin so; no real one's does (CEREMONY X-2). */
  public static final String REHEARSALS = "rehearsal/";

  private static final List<String> ONLINE = List.of("timestamp", "snapshot");

  private final RootRequest request;
  private final CeremonyPolicy policy;
  private final Instant now;
  private final RootDocument next;
  private final List<String> warnings = new ArrayList<>();

  private RootRules(RootRequest request, CeremonyPolicy policy, Instant now) {
    this.request = request;
    this.policy = policy;
    this.now = now;
    this.next = request.next();
  }

  /**
   * Judges a root.
   *
   * @throws RefusedException for the first rule broken
   */
  public static RootProposal check(RootRequest request, CeremonyPolicy policy, Instant now) {
    return new RootRules(request, policy, now).check();
  }

  private RootProposal check() {
    checkRehearsal();
    checkPlace();
    RootDiff diff = RootDiff.of(request.previous(), next);
    checkContents(diff);
    checkRoles();
    checkPublicKeys();
    checkNewKeys();
    switch (next.dialect()) {
      case NOTARY -> NotaryRootRules.check(request, now, warnings);
      case TUF -> TufRootRules.check(next);
    }
    checkExpiry();
    checkThreshold();
    KindRules.check(request, diff, policy);
    checkAttached();
    checkSigners(diff);
    return new RootProposal(request, warnings);
  }

  private void checkRehearsal() {
    boolean named = request.repository().value().startsWith(REHEARSALS);
    if (named != request.rehearsal()) {
      throw refused(
          Refusal.CEREMONY_X_2,
          (request.rehearsal() ? "a rehearsal for " : "a ceremony for ")
              + Quote.of(request.repository().value()),
          "names that begin with " + REHEARSALS + " for rehearsals, and for nothing else",
          "name another repository");
    }
  }

  /** TR-1. */
  private void checkPlace() {
    boolean first = request.chain().isEmpty();
    if (first != (request.kind() == CeremonyKind.GENESIS)) {
      throw place(
          first ? "no root before it" : "a root before it",
          "a genesis for a repository without root, and for no other");
    }
    int version = next.version().number();
    if (first) {
      if (version != 1 && next.dialect() == Dialect.NOTARY) {
        throw place("a first root of version " + version, "version 1");
      }
      if (version != 1) {
        warnings.add("The first root has version " + version + ", not 1.");
      }
      return;
    }
    RootDocument last = request.previous().orElseThrow();
    if (last.dialect() != next.dialect() || version != last.version().number() + 1L) {
      throw place(
          "root " + version + " (" + next.dialect().id() + ")",
          "root " + (last.version().number() + 1L) + " (" + last.dialect().id() + ")");
    }
  }

  /** TR-5. */
  private void checkContents(RootDiff diff) {
    for (String id : diff.changedContents()) {
      throw refused(
          Refusal.ROOT_TR_5,
          "key id " + Quote.of(id) + " with other content than in the root before",
          "the same key object, byte for byte",
          "carry the old object over, or give the new key its own id");
    }
  }

  /** TR-4 and NR-2, each role by itself; TR-10. */
  private void checkRoles() {
    if (!next.roles().keySet().equals(Set.copyOf(RootDocument.ROLES))) {
      throw refused(
          Refusal.ROOT_TR_10,
          "roles " + Quote.of(String.join(" ", next.roles().keySet())),
          String.join(", ", RootDocument.ROLES),
          "leave the others out");
    }
    for (String name : RootDocument.ROLES) {
      RootRole role = next.role(name);
      if (Set.copyOf(role.keyIds()).size() != role.keyIds().size()) {
        throw keys("a key id twice in role " + name, "each key once");
      }
      for (String id : role.keyIds()) {
        if (!next.keys().containsKey(id)) {
          throw keys("key " + Quote.of(id) + " of role " + name + " missing", "keys that are here");
        }
      }
      if (role.threshold() < 1 || role.threshold() > role.keyIds().size()) {
        throw keys(
            "threshold " + role.threshold() + " of role " + name,
            "1 to " + role.keyIds().size() + ", the number of its keys");
      }
    }
  }

  /**
   * TR-4 across the file. What no role names is kept from older roots, where Notary has two
   * certificates of one key after a renewal.
   */
  private void checkPublicKeys() {
    Map<Sha256, String> seen = new HashMap<>();
    for (RootKey key : next.keys().values()) {
      if (next.keysWithoutRole().contains(key) || key.fingerprint().isEmpty()) {
        continue;
      }
      String other = seen.put(key.fingerprint().get(), key.id());
      if (other != null) {
        throw keys(
            "one public key under " + Quote.of(other) + " and " + Quote.of(key.id()),
            "every public key under one id");
      }
    }
    Set<String> root = Set.copyOf(next.role("root").keyIds());
    for (String role : ONLINE) {
      for (String id : next.role(role).keyIds()) {
        if (root.contains(id)) {
          throw keys(
              "key " + Quote.of(id) + " in the root and the " + role + " role",
              "root keys that no server has");
        }
      }
    }
  }

  /** TR-6 and TR-7; of keys that were there before, only what cannot be helped. */
  private void checkNewKeys() {
    Map<String, RootKey> old = request.previous().map(RootDocument::keys).orElse(Map.of());
    for (RootKey key : next.keys().values()) {
      boolean known = old.containsKey(key.id());
      if (!key.computedId().equals(key.id())) {
        if (!known) {
          throw refused(
              Refusal.ROOT_TR_6,
              "key id " + Quote.of(key.id()),
              "SHA-256 of the key object, " + key.computedId(),
              "use that id");
        }
        warnings.add("Key " + Quote.of(key.id()) + " has an id that is not its digest.");
      }
      if (!known && !isUsable(key)) {
        throw refused(
            Refusal.ROOT_TR_7,
            "new key "
                + Quote.of(key.id())
                + " ("
                + key.kind()
                + ", "
                + Quote.of(key.keyType())
                + ")",
            "ECDSA P-256, Ed25519, RSA of 2048, 3072 or 4096 bits",
            "make another key");
      }
    }
  }

  private boolean isUsable(RootKey key) {
    return key.verifier().isPresent()
        && (next.dialect() == Dialect.NOTARY || TufRootRules.isPlain(key));
  }

  /** TR-8 and NR-8. */
  private void checkExpiry() {
    Instant earliest = now.plus(policy.minRemaining());
    Instant latest = now.plus(policy.maxLifetime(next.dialect())).plus(policy.skew());
    Instant expires = next.expires();
    if (!expires.isAfter(earliest) || expires.isAfter(latest)) {
      throw refused(
          Refusal.ROOT_TR_8,
          "expires " + next.expiresText(),
          "after " + earliest + " and not after " + latest,
          "choose another expiry");
    }
    boolean earlier = request.previous().filter(old -> old.expires().isAfter(expires)).isPresent();
    if (earlier && request.reason().isBlank()) {
      throw refused(
          Refusal.ROOT_TR_8,
          "expires " + next.expiresText() + ", earlier than the root before",
          "a later expiry, or a reason",
          "say why it should expire earlier");
    }
  }

  /** TR-9. */
  private void checkThreshold() {
    RootRole root = next.role("root");
    if (root.threshold() < policy.minRootThreshold()) {
      throw refused(
          Refusal.ROOT_TR_9,
          "root threshold " + root.threshold(),
          policy.minRootThreshold() + " at least",
          "raise the threshold");
    }
    if (root.threshold() == root.keyIds().size()) {
      warnings.add(
          "All "
              + root.keyIds().size()
              + " root keys must sign: losing one of them makes the root unrecoverable.");
    }
  }

  /** TR-3 and NR-7. */
  private void checkAttached() {
    for (RootSignature signature : request.attached()) {
      if (!isValid(signature)) {
        throw wrongSignature(signature.keyId());
      }
    }
  }

  private boolean isValid(RootSignature signature) {
    return Stream.concat(request.previous().stream(), Stream.of(next))
        .map(root -> root.keys().get(signature.keyId()))
        .filter(Objects::nonNull)
        .anyMatch(key -> next.isSignedBy(key, signature));
  }

  static RefusedException wrongSignature(String keyId) {
    return refused(
        Refusal.ROOT_TR_3,
        "a signature by key " + Quote.of(keyId) + " that does not verify",
        "signatures of the root's keys over its canonical bytes",
        "have that key sign the digest shown, or leave the signature out");
  }

  /** TR-2, NR-5 and K-2. */
  private void checkSigners(RootDiff diff) {
    Set<String> signers = new HashSet<>(request.signers());
    request.attached().forEach(signature -> signers.add(signature.keyId()));
    request.previous().ifPresent(old -> checkReach("old", old, signers));
    checkReach("new", next, signers);
    if (policy.newRootKeysSign()) {
      List<String> silent =
          diff.role("root").added().stream()
              .map(RootKey::id)
              .filter(id -> !signers.contains(id))
              .toList();
      if (!silent.isEmpty()) {
        throw signers(
            "new root key " + Quote.of(silent.getFirst()) + " that will not sign",
            "all new root keys sign, which proves that they are there");
      }
    }
  }

  private static void checkReach(String side, RootDocument root, Set<String> signers) {
    Set<String> ids = new TreeSet<>(root.role("root").keyIds());
    long willSign = ids.stream().filter(signers::contains).count();
    int threshold = root.role("root").threshold();
    if (willSign < threshold) {
      ids.removeAll(signers);
      throw signers(
          willSign + " signers of the " + side + " root",
          threshold
              + " of its keys; missing are "
              + ids.stream()
                  .map(id -> id.substring(0, Math.min(8, id.length())))
                  .map(Quote::of)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** Days until {@code instant}, not below 0. */
  static long days(Instant now, Instant instant) {
    return Math.max(0, Duration.between(now, instant).toDays());
  }

  private static RefusedException signers(String observed, String allowed) {
    return refused(Refusal.ROOT_TR_2, observed, allowed, "name the missing keys as signers");
  }

  private static RefusedException keys(String observed, String allowed) {
    return refused(Refusal.ROOT_TR_4, observed, allowed, "give every role its own keys");
  }

  private static RefusedException place(String observed, String allowed) {
    return refused(
        Refusal.ROOT_TR_1, observed, allowed, "propose the root that follows the newest one");
  }

  static RefusedException refused(Refusal rule, String observed, String allowed, String remedy) {
    return new RefusedException(rule, observed, allowed, remedy);
  }
}
