package dev.chancery.reconcile;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Quote;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.WatermarkView;
import dev.chancery.reconcile.Comparison.Found;
import dev.chancery.reconcile.Comparison.Subject;
import dev.chancery.recovery.RebaseList;
import dev.chancery.served.ServedException;
import dev.chancery.served.ServedFiles;
import dev.chancery.served.ServedFiles.Document;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares everything that a trust server serves now with everything that the ledger says was
 * signed. Publishers may go on meanwhile: what differs is looked at twice, and only what still
 * differs then is drift.
 */
public final class Reconciliation {
  private static final int THREADS = 4;
  private static final Comparator<RepositoryName> BY_NAME =
      Comparator.comparing(RepositoryName::value);

  private final LedgerReader ledger;
  private final ServedFiles files;
  private final int history;
  private final Duration pause;

  /**
   * What was found.
   *
   * @param repositories how many were compared
   * @param documents how many files of theirs
   * @param rebases which keys a re-base would let go on, and to what
   * @param notes what could not be compared, in words
   */
  public record Result(
      int repositories,
      int documents,
      List<Drift> drift,
      List<RebaseList.Entry> rebases,
      List<String> notes) {}

  private record Compared(Map<RepositoryName, Found> found, int documents) {}

  /**
   * A comparison of {@code ledger} with {@code files}.
   *
   * @param history how many versions below the served one count too, where they are kept
   * @param pause between the two looks at what differs
   */
  public Reconciliation(LedgerReader ledger, ServedFiles files, int history, Duration pause) {
    this.ledger = ledger;
    this.files = files;
    this.history = history;
    this.pause = pause;
  }

  /**
   * Compares.
   *
   * @param only these repositories; all if there is none
   * @throws IllegalArgumentException if {@code only} has one that nothing was ever signed for
   * @throws ServedException if the trust server does not answer
   */
  public Result run(Set<RepositoryName> only) {
    Map<RepositoryName, Subject> subjects = subjects();
    for (RepositoryName name : only) {
      if (!subjects.containsKey(name)) {
        throw new IllegalArgumentException(
            "nothing was ever signed here for repository " + Quote.of(name.value()));
      }
    }
    List<Drift> drift = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (only.isEmpty()) {
      drift.addAll(strangers(subjects.keySet(), notes));
    } else {
      subjects.keySet().retainAll(only);
    }
    Compared first = compare(subjects);
    List<RebaseList.Entry> rebases = new ArrayList<>();
    drift.addAll(whatStays(first, rebases));
    return new Result(
        first.found().size(), first.documents(), List.copyOf(drift), rebases, List.copyOf(notes));
  }

  /** Of what differed, what differs at a second look too. */
  private List<Drift> whatStays(Compared first, List<RebaseList.Entry> rebases) {
    Map<RepositoryName, Subject> differing = subjects();
    differing
        .keySet()
        .removeIf(
            name -> !first.found().containsKey(name) || first.found().get(name).drift().isEmpty());
    if (differing.isEmpty()) {
      return List.of();
    }
    rest();
    List<Drift> stays = new ArrayList<>();
    compare(differing)
        .found()
        .forEach(
            (repository, found) -> {
              Found before = first.found().getOrDefault(repository, Found.NOTHING);
              found.drift().stream()
                  .filter(each -> before.drift().stream().anyMatch(each::isSameAs))
                  .forEach(stays::add);
              if (!before.rebases().isEmpty()) {
                rebases.addAll(found.rebases());
              }
            });
    return stays;
  }

  /** Repositories that are served and that nothing was ever signed for. */
  private List<Drift> strangers(Set<RepositoryName> known, List<String> notes) {
    List<Drift> drift = new ArrayList<>();
    try {
      Optional<Set<String>> names = files.repositories();
      for (String text : names.orElse(Set.of())) {
        RepositoryName name = new RepositoryName(text);
        if (!known.contains(name)) {
          files
              .current(name, Document.TIMESTAMP)
              .flatMap(Envelope::of)
              .map(Envelope::signers)
              .orElse(Set.of())
              .forEach(signer -> drift.add(stranger(name, signer)));
        }
      }
    } catch (ServedException e) {
      Look.throwIfAway(e);
      notes.add("only repositories of the ledger were compared: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      notes.add(
          "only repositories of the ledger were compared: the trust server tells a name that"
              + " is none");
    }
    return drift;
  }

  private static Drift stranger(RepositoryName name, KeyId signer) {
    return new Drift(
        Drift.Kind.FOREIGN_KEY,
        name,
        Role.TIMESTAMP,
        signer,
        0,
        null,
        -1,
        "nothing was ever signed here for this repository");
  }

  private void rest() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two looks", e);
    }
  }

  // First what is served, then the rows: what was served by then has its row by now.
  private Compared compare(Map<RepositoryName, Subject> before) {
    Map<RepositoryName, Look> looks =
        inParallel(before, subject -> Look.at(files, subject.name(), subject.keys()));
    Map<RepositoryName, Subject> subjects = subjects();
    subjects.keySet().retainAll(looks.keySet());
    Admissions admissions = Admissions.read(ledger, wanted(looks));
    Map<RepositoryName, Found> found =
        inParallel(
            subjects,
            subject -> {
              Look look = looks.get(subject.name());
              return look == null
                  ? Found.NOTHING
                  : Comparison.of(files, subject, look, admissions, history);
            });
    int documents = looks.values().stream().mapToInt(look -> look.sights().size()).sum();
    return new Compared(found, documents);
  }

  /** The repositories that were ever signed for, by name, as the ledger has them now. */
  private Map<RepositoryName, Subject> subjects() {
    Map<KeyId, Version> watermarks = new HashMap<>();
    Map<KeyId, Sha256> newest = new HashMap<>();
    for (WatermarkView view : ledger.watermarks()) {
      watermarks.put(view.key().id(), view.version());
      newest.put(view.key().id(), view.canonicalSha256());
    }
    Map<RepositoryName, Custody> custody =
        ledger.repositories().stream()
            .collect(Collectors.toMap(RepositorySettings::name, RepositorySettings::custody));
    Map<RepositoryName, List<KeyRecord>> keys =
        ledger.keys().stream().collect(Collectors.groupingBy(KeyRecord::repository));
    Map<RepositoryName, Subject> subjects = new TreeMap<>(BY_NAME);
    keys.forEach(
        (name, all) -> {
          Map<Role, List<KeyOnRecord>> used = used(all, watermarks);
          if (!used.isEmpty()) {
            boolean retired = all.stream().allMatch(key -> key.status() == KeyStatus.RETIRED);
            subjects.put(
                name,
                new Subject(name, custody.getOrDefault(name, Custody.HERE), retired, used, newest));
          }
        });
    return subjects;
  }

  /** The keys of the roles that were ever signed. */
  private static Map<Role, List<KeyOnRecord>> used(
      List<KeyRecord> keys, Map<KeyId, Version> watermarks) {
    Map<Role, List<KeyOnRecord>> used = new EnumMap<>(Role.class);
    for (KeyRecord key : keys) {
      used.computeIfAbsent(key.role(), role -> new ArrayList<>())
          .add(KeyOnRecord.of(key, watermarks.get(key.id())));
    }
    used.values().removeIf(ofRole -> ofRole.stream().allMatch(key -> key.watermark() == null));
    return used;
  }

  private Map<KeyId, Integer> wanted(Map<RepositoryName, Look> looks) {
    Map<KeyId, Integer> wanted = new HashMap<>();
    for (Look look : looks.values()) {
      for (Look.Sight sight : look.sights().values()) {
        if (sight instanceof Look.Sight.Good(ServedDocument document)) {
          int from = document.version().number() - history;
          document.signers().forEach(key -> wanted.put(key.id(), from));
        }
      }
    }
    return wanted;
  }

  private static <T> Map<RepositoryName, T> inParallel(
      Map<RepositoryName, Subject> subjects, Function<Subject, T> work) {
    Map<RepositoryName, T> results = new TreeMap<>(BY_NAME);
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Map<RepositoryName, Future<T>> futures = new TreeMap<>(BY_NAME);
      subjects.forEach(
          (name, subject) -> futures.put(name, threads.submit(() -> work.apply(subject))));
      try {
        for (Map.Entry<RepositoryName, Future<T>> each : futures.entrySet()) {
          results.put(each.getKey(), each.getValue().get());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while looking", e);
      }
    }
    return results;
  }
}
