package dev.chancery.cli.demo;

import dev.chancery.api.client.DueInfo;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.cli.Parts;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The story of {@code chancery demo --dialect tuf}, with everything in it really happening. */
final class TufDemo {
  private static final int VERSIONS = 5;
  private static final int SHORT_SIGNATURE = 12;

  private final Paper paper;
  private final Parts parts;
  private final Surroundings surroundings;
  private final TufJudge judge;
  private final Report report = new Report();

  TufDemo(Paper paper, Parts parts, Surroundings surroundings, TufJudge judge) {
    this.paper = paper;
    this.parts = parts;
    this.surroundings = surroundings;
    this.judge = judge;
  }

  /**
   * Plays it.
   *
   * @param directory for the appliance, as {@link Demo#run}; the repository is beside it
   */
  Report run(Path directory, Path module, boolean fixedPorts)
      throws IOException, GeneralSecurityException {
    paper.title("Chancery: a signing appliance for a TUF 1.0 repository.");
    Instant begin = surroundings.clock().instant();
    ReplayClock clock = new ReplayClock(surroundings.clock());
    clock.putTo(begin);
    NewAppliance.Made made = Stage.make(directory, module, fixedPorts, begin, parts, surroundings);
    Path ledger;
    int refusals;
    try (Stage stage = Stage.start(made, clock, parts)) {
      ledger = stage.ledger();
      paper.part(1, "A new appliance");
      paper.say(
          "token   SoftHSM, label %s; server %s, mutual TLS",
          made.token().label(), stage.address());
      TufRepository repository =
          new TufRepository(directory.resolveSibling("repository"), stage, begin);
      KeyChoice replaced = publish(repository);
      refusals = attack(TufAttacks.on(stage, repository, replaced), stage);
      goOn(repository);
      due(stage);
      verify(repository);
    }
    verifyLedger(ledger, refusals);
    summarise();
    return report;
  }

  private KeyChoice publish(TufRepository repository) throws IOException, GeneralSecurityException {
    paper.part(2, "A publisher's root lists two keys of the token, and is registered");
    repository.publishRoot();
    paper.say("root 1  signed by the publisher's own key, as are the targets");
    paper.part(3, "Its tool has snapshots and timestamps signed, and replaces a key");
    for (int i = 1; i <= VERSIONS; i++) {
      show(repository.publish());
    }
    KeyChoice replaced = repository.timestampKey();
    repository.rotateTimestampKey();
    repository.publishRoot();
    paper.say("root 2  lists a new timestamp key; its chain from root 1 was verified");
    show(repository.publish());
    report.check("snapshots and timestamps signed", 2 * (VERSIONS + 1), repository.made().size());
    return replaced;
  }

  private void show(SignedMetadata answer) {
    paper.say(
        "timestamp %d and what it leads to checked as a client would: %s.., row %d",
        answer.version(), answer.sig().substring(0, SHORT_SIGNATURE), answer.sequence());
  }

  private int attack(List<Attack> attacks, Stage stage) throws IOException {
    paper.part(4, "Somebody takes over that tool, certificate and all, and wants more");
    long signCalls = stage.signCalls();
    int asExpected = 0;
    int recorded = 0;
    for (Attack attack : attacks) {
      Verdict verdict = attack.attempt().make();
      report.attack(attack, verdict);
      boolean expected = attack.expected().equals(verdict.control());
      paper.say("to %s:", attack.goal());
      paper.say(
          "  sent %s: %s",
          attack.sent(),
          expected ? paper.control(verdict.control()) : paper.bad(verdict.control()));
      if (expected) {
        asExpected++;
      } else {
        report.check("attack: " + attack.goal(), attack.expected(), verdict.control());
      }
      recorded += verdict.control().equals(Verdict.TLS_ALERT) ? 0 : 1;
    }
    report.check("attacks refused by the control named", attacks.size(), asExpected);
    report.check("C_Sign calls during the attacks", 0, stage.signCalls() - signCalls);
    return recorded;
  }

  private void goOn(TufRepository repository) throws IOException, GeneralSecurityException {
    paper.part(5, "The honest publisher goes on");
    SignedMetadata answer = repository.publish();
    show(answer);
    report.check("the honest next timestamp", VERSIONS + 2L, answer.version());
  }

  private void due(Stage stage) {
    paper.part(6, "Nothing expires unnoticed");
    List<DueInfo> dues = stage.operator().due(TufRepository.NAME);
    for (DueInfo due : dues) {
      paper.say("%-9s  expires %s  %s", due.role(), due.expires(), due.state());
    }
    report.check("roles watched", 4, dues.size());
  }

  private void verify(TufRepository repository) throws IOException, GeneralSecurityException {
    paper.part(7, "Is it all true?");
    int good = 0;
    for (TufRepository.Made made : repository.made()) {
      good += made.verifies() ? 1 : 0;
    }
    paper.say("signatures  %d of %d verify in the JDK's own ECDSA", good, repository.made().size());
    report.check("signatures that verify independently", repository.made().size(), good);
    Optional<String> verdict = judge.verdict(repository.directory());
    paper.say(
        "tuf-js      %s",
        verdict.orElse("is not installed; deploy/scripts/tuf-js target/tuf-js does it"));
    int newest = repository.version();
    verdict.ifPresent(
        said ->
            report.check(
                "what tuf-js trusts, from root 1",
                "root 2, timestamp %d, snapshot %d, targets 1".formatted(newest, newest),
                said));
  }

  private void verifyLedger(Path ledger, int refusals) {
    Proof.LedgerContents contents = Proof.read(ledger);
    String chain = contents.problem().orElse("unbroken");
    paper.say(
        "ledger      %d rows, chain %s: %d admitted, %d signed, %d refused",
        contents.rows(), chain, contents.admitted(), contents.issued(), contents.refused().size());
    report.check("ledger chain and watermarks", "unbroken", chain);
    report.check("signatures in the ledger", contents.admitted(), contents.issued());
    report.check("refusals in the ledger", refusals, contents.refused().size());
  }

  private void summarise() {
    paper.part(8, "Summary");
    for (Check check : report.checks()) {
      paper.say(
          "%-40s  %-44s  %s",
          check.what(),
          check.seen(),
          check.ok() ? paper.good("ok") : paper.bad("expected " + check.expected()));
    }
  }
}
