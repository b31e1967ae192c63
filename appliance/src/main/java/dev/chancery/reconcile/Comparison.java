package dev.chancery.reconcile;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.reconcile.Admissions.Content;
import dev.chancery.reconcile.Admissions.State;
import dev.chancery.reconcile.Drift.Kind;
import dev.chancery.reconcile.Look.Sight;
import dev.chancery.recovery.RebaseList;
import dev.chancery.served.ServedException;
import dev.chancery.served.ServedFiles;
import dev.chancery.served.ServedFiles.Document;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what is served of one repository against the ledger's rows. */
final class Comparison {
  /** What became of it. */
  record Found(List<Drift> drift, List<RebaseList.Entry> rebases) {
    static final Found NOTHING = new Found(List.of(), List.of());
  }

  private final ServedFiles files;
  private final Subject subject;
  private final Look look;
  private final Admissions admissions;
  private final int history;
  private final List<Drift> drift = new ArrayList<>();
  private final List<RebaseList.Entry> rebases = new ArrayList<>();

  /**
   * One repository.
   *
   * @param custody who signs its snapshots
   * @param isRetired whether none of its keys may sign any more
   * @param keys those on the record, of the roles that were ever signed here
   * @param newest digest of what was last admitted for each key: known though its row be archived
   */
  record Subject(
      RepositoryName name,
      Custody custody,
      boolean isRetired,
      Map<Role, List<KeyOnRecord>> keys,
      Map<KeyId, Sha256> newest) {
    /** Whether documents of {@code role} may be signed by somebody else. */
    boolean isElsewhere(Role role) {
      return role == Role.SNAPSHOT && custody == Custody.PUBLISHER;
    }
  }

  private Comparison(
      ServedFiles files, Subject subject, Look look, Admissions admissions, int history) {
    this.files = files;
    this.subject = subject;
    this.look = look;
    this.admissions = admissions;
    this.history = history;
  }

  /**
   * Compares.
   *
   * @param history how many versions below the served one the trust server is asked for too
   * @throws ServedException if it does not answer at all
   */
  static Found of(
      ServedFiles files, Subject subject, Look look, Admissions admissions, int history) {
    Comparison comparison = new Comparison(files, subject, look, admissions, history);
    look.sights().forEach(comparison::compare);
    return new Found(List.copyOf(comparison.drift), List.copyOf(comparison.rebases));
  }

  private void compare(Role role, Sight sight) {
    Set<KeyId> foreign = new LinkedHashSet<>();
    switch (sight) {
      case Sight.Good(ServedDocument document) ->
          subject.keys().getOrDefault(role, List.of()).stream()
              .filter(key -> document.isSignedBy(key.id()))
              .forEach(key -> compare(role, document, key));
      case Sight.Foreign(Set<KeyId> signers) -> {
        foreign.addAll(signers);
        if (signers.isEmpty()) {
          add(Kind.FOREIGN_KEY, role, null, "signed by nobody");
        }
      }
      case Sight.Bad(Set<KeyId> signers, String why) ->
          add(Kind.INVALID, role, signers.stream().findFirst().orElse(null), why);
      case Sight.Absent absent -> {
        if (!subject.isRetired()) {
          add(Kind.NOT_SERVED, role, null, "no " + role.id() + " is served");
        }
      }
      case Sight.Unreadable(String why) -> add(Kind.UNREADABLE, role, null, why);
    }
    Set<KeyId> named = look.named().getOrDefault(role, Set.of());
    foreign.addAll(named);
    subject.keys().getOrDefault(role, List.of()).forEach(key -> foreign.remove(key.id()));
    if (!subject.isElsewhere(role)) {
      foreign.forEach(
          id ->
              add(
                  Kind.FOREIGN_KEY,
                  role,
                  id,
                  named.contains(id)
                      ? "the root names it for " + role.id()
                      : "it signed the " + role.id() + ", and the root does not name it"));
    }
  }

  private void compare(Role role, ServedDocument document, KeyOnRecord key) {
    boolean known = isKnown(key, document);
    int served = document.version().number();
    if (!known) {
      drift.add(
          new Drift(
              Kind.NOT_ISSUED,
              subject.name(),
              role,
              key.id(),
              served,
              document.digest(),
              -1,
              unknown(key)));
    }
    boolean behind = key.watermark() != null && document.version().compareTo(key.watermark()) < 0;
    boolean goesOn = key.goesOnAfter(document.version());
    if (behind) {
      drift.add(
          new Drift(
              Kind.BEHIND,
              subject.name(),
              role,
              key.id(),
              served,
              document.digest(),
              -1,
              "the watermark is "
                  + key.watermark()
                  + (goesOn ? "; the next version goes on all the same" : "")));
    }
    if (!known || (behind && !goesOn)) {
      document.rebaseOf(key).ifPresent(rebases::add);
    }
    compareIssued(role, document, key);
  }

  private boolean isKnown(KeyOnRecord key, ServedDocument document) {
    Optional<Content> content =
        admissions.find(key.id(), document.version().number(), document.digest());
    if (content.isEmpty() && admissions.firstRow() > 0) {
      return document.version().equals(key.watermark())
          && document.digest().equals(subject.newest().get(key.id()));
    }
    return content.filter(found -> found.state() != State.FAILED).isPresent();
  }

  private String unknown(KeyOnRecord key) {
    if (key.watermark() == null) {
      return "no row: the key has never signed as far as the ledger knows; import its watermark";
    }
    return admissions.firstRow() == 0
        ? "no row; the watermark is " + key.watermark()
        : "no row since " + admissions.firstRow() + ", and those before are archived";
  }

  private void compareIssued(Role role, ServedDocument document, KeyOnRecord key) {
    int served = document.version().number();
    for (Content content : admissions.of(key.id())) {
      if (!content.mayBeHeld() || content.digest().equals(document.digest())) {
        continue;
      }
      if (content.version() >= served) {
        neverServed(role, key, content, content.version() > served ? "newer" : "other content");
      } else if (files.keepsVersions()
          && content.version() >= served - history
          && !isServedAt(role, content)) {
        neverServed(role, key, content, "an earlier version");
      }
    }
  }

  private boolean isServedAt(Role role, Content content) {
    try {
      Optional<Sha256> kept =
          files
              .version(subject.name(), Document.of(role), content.version())
              .flatMap(Envelope::of)
              .flatMap(Envelope::digest);
      return kept.equals(Optional.of(content.digest()));
    } catch (ServedException e) {
      Look.throwIfAway(e);
      return false;
    }
  }

  private void neverServed(Role role, KeyOnRecord key, Content content, String which) {
    drift.add(
        new Drift(
            Kind.NEVER_SERVED,
            subject.name(),
            role,
            key.id(),
            content.version(),
            content.digest(),
            content.row(),
            which
                + ", asked for by "
                + content.caller()
                + " "
                + content.time()
                + (content.state() == State.OPEN ? "; whether it was signed no row says" : "")));
  }

  private void add(Kind kind, Role role, @Nullable KeyId key, String what) {
    drift.add(new Drift(kind, subject.name(), role, key, 0, null, -1, what));
  }
}
