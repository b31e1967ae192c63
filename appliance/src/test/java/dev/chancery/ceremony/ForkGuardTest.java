package dev.chancery.ceremony;

import static dev.chancery.ceremony.Ceremonies.after;
import static dev.chancery.ceremony.Refusals.refused;
import static dev.chancery.ceremony.Roots.NOW;

import dev.chancery.api.Refusal;
import dev.chancery.api.Sha256;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two roots of one version. */
class ForkGuardTest {
  private final Ceremonies given = new Ceremonies();

  private Subject other(List<Sha256> supersedes) {
    RootChain chain = given.roots.chain();
    RootRequest request =
        Roots.request(
            CeremonyKind.REFRESH,
            chain,
            Roots.refresh(chain).expires(NOW.plus(Duration.ofDays(301))).build(),
            given.roots.a,
            given.roots.b);
    return Subject.of(
        RootRules.check(request, CeremonyPolicy.DEFAULT, NOW),
        supersedes,
        CeremonyPolicy.DEFAULT.digest());
  }

  @Test
  void aSecondRootOfAVersionNamesTheFirstOnceThatIsSigned() {
    Ceremony unsigned = after(given.unlocked(), new Step.Locked("done"));
    ForkGuard.check(other(List.of()), List.of(unsigned));
    Ceremony one = after(given.unlocked(), given.signature(given.roots.a));
    Ceremony voided = after(one, given.stop(one));
    refused(Refusal.CEREMONY_S_4, () -> ForkGuard.check(other(List.of()), List.of(voided)));
    ForkGuard.check(other(List.of(given.next.digest())), List.of(voided));
    ForkGuard.check(given.subject, List.of(voided));
  }
}
