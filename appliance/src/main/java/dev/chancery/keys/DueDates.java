package dev.chancery.keys;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.ledger.ExpiryView;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.RegisteredRoot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When each role of the TUF 1.0 repositories whose root is registered expires. Nothing is signed or
 * published because of it.
 */
public final class DueDates {
  private final Ledger ledger;
  private final KeyAccess access;
  private final InstantSource clock;

  /** How near the end is. */
  public enum State {
    OK(0),
    /** Half of the life is over. */
    HALF(1),
    /** Two refresh periods are left, or less. */
    LATE(2),
    /** Clients refuse it. */
    EXPIRED(3);

    private final int level;

    State(int level) {
      this.level = level;
    }

    /** The number in metrics; more is worse. */
    public int level() {
      return level;
    }

    /** The name in answers. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String role, Instant since, Instant expires, Instant now) {
      Duration life = Duration.between(since, expires);
      Duration left = Duration.between(now, expires);
      if (!left.isPositive()) {
        return EXPIRED;
      }
      if (left.compareTo(refresh(role, life).multipliedBy(2)) <= 0) {
        return LATE;
      }
      return left.compareTo(life.dividedBy(2)) <= 0 ? HALF : OK;
    }

    // As repositories usually do it: each day a timestamp, each week a snapshot, each month the
    // rest; and at least eight times in its life.
    private static Duration refresh(String role, Duration life) {
      Duration usual =
          Duration.ofDays(
              switch (role) {
                case "timestamp" -> 1;
                case "snapshot" -> 7;
                default -> 30;
              });
      Duration eighth = life.dividedBy(8);
      return eighth.compareTo(usual) < 0 ? eighth : usual;
    }
  }

  /**
   * One role of one repository.
   *
   * @param role {@code root}, {@code snapshot}, {@code targets} or {@code timestamp}
   * @param version of the metadata; of targets, that of the timestamp they were sent along with
   * @param since when it was signed here, sent along, or registered
   * @param expires from when clients refuse it
   * @param left the time until then; negative once it is over
   */
  public record Due(
      RepositoryName repository,
      String role,
      int version,
      Instant since,
      Instant expires,
      Duration left,
      State state) {
    static Due of(
        RepositoryName repository,
        String role,
        int version,
        Instant since,
        Instant expires,
        Instant now) {
      return new Due(
          repository,
          role,
          version,
          since,
          expires,
          Duration.between(now, expires),
          State.of(role, since, expires, now));
    }
  }

  public DueDates(Ledger ledger, KeyAccess access, InstantSource clock) {
    this.ledger = ledger;
    this.access = access;
    this.clock = clock;
  }

  /**
   * What this caller may know, by repository.
   *
   * @param repository the only one asked for, or null
   * @throws RefusedException ROLE_NOT_ALLOWED; REPOSITORY_NOT_ALLOWED if {@code repository} is
   *     given
   */
  public List<Due> list(Caller caller, @Nullable RepositoryName repository) {
    access.requireRole(caller, Operation.READ_REPOSITORIES);
    if (repository != null) {
      access.require(caller, Operation.READ_REPOSITORIES, repository);
    }
    return all().stream()
        .filter(each -> repository == null || each.repository().equals(repository))
        .filter(each -> caller.may(Operation.READ_REPOSITORIES, each.repository()))
        .toList();
  }

  /** All of them, by repository. */
  public List<Due> all() {
    List<ExpiryView> expiries = ledger.expiries();
    List<Due> dues = new ArrayList<>();
    for (RegisteredRoot root : ledger.roots()) {
      RepositoryName name = root.repository();
      dues.add(
          Due.of(
              name,
              "root",
              root.keys().version().number(),
              root.added(),
              root.keys().expires(),
              clock.instant()));
      for (Role role : Role.values()) {
        newest(root, role, expiries)
            .ifPresent(each -> dues.add(due(name, role.id(), each, each.expires())));
      }
      newest(root, Role.TIMESTAMP, expiries)
          .filter(each -> each.targetsExpires() != null)
          .ifPresent(each -> dues.add(targets(name, each)));
    }
    return dues;
  }

  private Due targets(RepositoryName name, ExpiryView view) {
    Instant expires = view.targetsExpires();
    return due(name, "targets", view, expires == null ? view.expires() : expires);
  }

  private Due due(RepositoryName name, String role, ExpiryView view, Instant expires) {
    return Due.of(
        name,
        role,
        view.watermark().version().number(),
        view.watermark().time(),
        expires,
        clock.instant());
  }

  private static Optional<ExpiryView> newest(
      RegisteredRoot root, Role role, List<ExpiryView> expiries) {
    return expiries.stream()
        .filter(each -> each.watermark().key().repository().equals(root.repository()))
        .filter(each -> root.keys().of(role).contains(each.watermark().key().id()))
        .filter(each -> each.watermark().key().role() == role)
        .max(Comparator.comparingLong(each -> each.watermark().sequence()));
  }
}
