package dev.chancery.ceremony;

import static dev.chancery.ceremony.Roots.NOW;

import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A refresh of a 2-of-3 root that two of three custodians have to approve. */
final class Ceremonies {
  final Roots roots = new Roots();
  final TestKey ann = TestKey.make();
  final TestKey bob = TestKey.make();
  final TestKey eve = TestKey.make();
  final Quorum quorum =
      new Quorum(
          List.of(
              new Custodian("ann", ann.custodian()),
              new Custodian("bob", bob.custodian()),
              new Custodian("eve", eve.custodian())),
          2);
  final RootDocument next;
  final Subject subject;

  Ceremonies() {
    RootChain chain = roots.chain();
    next = Roots.refresh(chain).build();
    RootRequest request = Roots.request(CeremonyKind.REFRESH, chain, next, roots.a, roots.b);
    subject =
        Subject.of(
            RootRules.check(request, CeremonyPolicy.DEFAULT, NOW),
            List.of(),
            CeremonyPolicy.DEFAULT.digest());
  }

  Ceremony draft() {
    return begin(subject);
  }

  static Ceremony begin(Subject subject) {
    return Ceremony.begin(
        "ledger-1",
        CeremonyPolicy.DEFAULT,
        new StepRecord("c-1", 1, NOW, "admin", new Step.Drafted(subject)));
  }

  Ceremony ready() {
    return after(draft(), new Step.Frozen(quorum), new Step.Accepted(List.of()));
  }

  Ceremony approved() {
    Ceremony ready = ready();
    return after(
        ready, vote(ready, "ann", ann, Vote.APPROVE), vote(ready, "bob", bob, Vote.APPROVE));
  }

  Ceremony unlocked() {
    return after(
        approved(),
        new Step.Opened(),
        new Step.ShareTaken(1),
        new Step.ShareTaken(2),
        new Step.Unlocked("root"));
  }

  Step.SignatureMade signature(TestKey key) {
    return new Step.SignatureMade(key.sign(next), false);
  }

  static Ceremony after(Ceremony ceremony, Step... steps) {
    return afterAt(ceremony, NOW, steps);
  }

  static Ceremony afterAt(Ceremony ceremony, Instant time, Step... steps) {
    Ceremony last = ceremony;
    for (Step step : steps) {
      last = last.after(new StepRecord(last.id(), last.steps().size() + 1, time, "admin", step));
    }
    return last;
  }

  Step.Voted vote(Ceremony ceremony, String name, TestKey key, Vote vote) {
    return vote(ceremony, name, key, vote, NOW.plus(Duration.ofDays(7)));
  }

  Step.Voted vote(Ceremony ceremony, String name, TestKey key, Vote vote, Instant expires) {
    return new Step.Voted(
        Approval.read(file(ceremony, name, key, vote, expires), ceremony, quorum).json());
  }

  static byte[] file(Ceremony ceremony, String name, TestKey key, Vote vote, Instant expires) {
    byte[] signature = key.signDer(Approval.message(ceremony, vote, expires));
    return Approval.file(ceremony, new Custodian(name, key.custodian()), vote, expires, signature);
  }

  Step.Aborted stop(Ceremony ceremony) {
    Instant expires = NOW.plus(Duration.ofDays(1));
    return new Step.Aborted(
        "enough",
        Optional.of(
            Approval.read(file(ceremony, "eve", eve, Vote.STOP, expires), ceremony, quorum)
                .json()));
  }

  static Step.Closed closed() {
    return new Step.Closed(Sha256.of(new byte[0]));
  }
}
