package dev.chancery.keys;

import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Applies {@link KeyQuotas} to a wish for a new key. */
final class KeyLimits {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final KeyRegistry registry;
  private final KeyQuotas quotas;

  KeyLimits(KeyRegistry registry, KeyQuotas quotas) {
    this.registry = registry;
    this.quotas = quotas;
  }

  /**
   * Lets a new key be made, or not.
   *
   * @throws RefusedException KEY_QUOTA
   */
  void check(String caller, RepositoryName repository, Role role, Instant now) {
    boolean hasSigned = registry.of(repository).stream().anyMatch(KeyLimits::hasSigned);
    checkRepository(repository, role, hasSigned, now);
    if (!registry.knows(repository)) {
      checkCaller(caller, now);
    }
    checkToken(hasSigned);
  }

  // A key of an old signer has signed there, if not yet here.
  private static boolean hasSigned(BoundKey key) {
    return key.used() || key.record().mode() != KeyMode.RESIDENT;
  }

  private void checkRepository(
      RepositoryName repository, Role role, boolean hasSigned, Instant now) {
    int allowed =
        hasSigned
            ? quotas.perRepositoryAndRoleADay()
            : quotas.perRepositoryAndRoleADay() - quotas.keptForRotation();
    List<Instant> made =
        registry.of(repository, role).stream()
            .filter(key -> key.record().mode() == KeyMode.RESIDENT)
            .map(key -> key.record().created())
            .filter(created -> isWithin(created, DAY, now))
            .sorted()
            .toList();
    if (made.size() >= allowed) {
      throw quota(
          made.size()
              + " new "
              + role.id()
              + " keys of "
              + Quote.of(repository.value())
              + " in 24 h",
          allowed + " in 24 h",
          made.get(made.size() - allowed).plus(DAY),
          now);
    }
  }

  private void checkCaller(String caller, Instant now) {
    List<Instant> firsts =
        registry.all().stream()
            .map(BoundKey::record)
            .filter(key -> key.mode() == KeyMode.RESIDENT)
            .filter(key -> key.creator().equals(caller) && isWithin(key.created(), HOUR, now))
            .filter(this::isFirstOfItsRepository)
            .map(KeyRecord::created)
            .sorted()
            .toList();
    int allowed = quotas.newRepositoriesPerCallerAnHour();
    if (firsts.size() >= allowed) {
      throw quota(
          firsts.size() + " new repositories by this caller in an hour",
          allowed + " in an hour",
          firsts.get(firsts.size() - allowed).plus(HOUR),
          now);
    }
  }

  private boolean isFirstOfItsRepository(KeyRecord key) {
    return registry.of(key.repository()).getFirst().record().number() == key.number();
  }

  private void checkToken(boolean hasSigned) {
    int allowed = hasSigned ? quotas.perToken() : quotas.perToken() - quotas.tokenReserve();
    long present = registry.all().stream().filter(key -> key.record().mode().isInToken()).count();
    if (present >= allowed) {
      throw new RefusedException(
          Refusal.KEY_QUOTA,
          present + " keys on the token",
          allowed + (hasSigned ? "" : " for new repositories"),
          "ask the operator for another token");
    }
  }

  private static boolean isWithin(Instant created, Duration window, Instant now) {
    return created.isAfter(now.minus(window));
  }

  private static RefusedException quota(
      String observed, String allowed, Instant free, Instant now) {
    // Rounded up: who waits as long as he was told must not be refused again.
    long seconds = Duration.between(now, free).plusNanos(999_999_999).toSeconds();
    return new RefusedException(Refusal.KEY_QUOTA, observed, allowed, "wait " + seconds + " s");
  }
}
