package dev.chancery.cli.demo;

import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.cli.Parts;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** The story that {@code chancery demo} tells, with everything in it really happening. */
final class Demo {
  private static final DateTimeFormatter OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  /** Before the first request, so that the ledger's first row comes before it too. */
  private static final Duration LEAD = Duration.ofSeconds(1);

  private static final int SHORT_KEY = 8;
  private static final int SHORT_SIGNATURE = 12;

  private final Paper paper;
  private final Parts parts;
  private final Surroundings surroundings;
  private final BiFunction<Stage, Replay, List<Attack>> attacks;
  private final Report report = new Report();

  /**
   * @param attacks what to try once everything has been replayed
   */
  Demo(
      Paper paper,
      Parts parts,
      Surroundings surroundings,
      BiFunction<Stage, Replay, List<Attack>> attacks) {
    this.paper = paper;
    this.parts = parts;
    this.surroundings = surroundings;
    this.attacks = attacks;
  }

  /**
   * Plays it.
   *
   * @param directory for the appliance; empty or not there yet, and left behind as it is at the end
   * @param module SoftHSM's library
   * @param fixedPorts whether the appliance is to be found on the same ports later
   */
  Report run(Path directory, Path module, boolean fixedPorts)
      throws IOException, GeneralSecurityException {
    paper.title("Chancery: a signing appliance, from an empty directory to refused attacks.");
    Recording recording = Recording.load();
    Instant begin = recording.requests().getFirst().time().minus(LEAD);
    ReplayClock clock = new ReplayClock(surroundings.clock());
    clock.putTo(begin);
    long start = System.nanoTime();
    NewAppliance.Made made = Stage.make(directory, module, fixedPorts, begin, parts, surroundings);
    Path ledger;
    int refusals;
    try (Stage stage = Stage.start(made, clock, parts)) {
      ledger = stage.ledger();
      introduce(made, stage, millisSince(start));
      Replay replay = new Replay(stage.trustServer());
      makeKeys(recording, replay);
      replay(recording, replay, clock, stage);
      refusals = attack(stage, replay);
      goOn(stage, replay);
      verifySignatures(replay, stage);
    }
    verifyLedger(ledger, refusals);
    summarise();
    return report;
  }

  private void introduce(NewAppliance.Made made, Stage stage, long millis) {
    paper.part(1, "A new appliance");
    paper.say("token         SoftHSM, label %s, random PINs", made.token().label());
    paper.say("certificates  an authority, one server, two clients: notary-server and operator");
    paper.say("ledger        empty; each row will hold the hash of the row before it");
    paper.say("server        %s, mutual TLS; made and started in %d ms", stage.address(), millis);
    report.appliance("token", made.token().label());
    report.appliance("server", stage.address().toString());
    report.appliance("readyMillis", millis);
  }

  private void makeKeys(Recording recording, Replay replay) {
    paper.part(2, "A trust server asks for keys of " + recording.repository().value());
    for (Role role : Role.values()) {
      KeyInfo key = replay.createKey(recording, role);
      paper.say(
          "%-9s  key %s, ECDSA P-256, made in the token and never leaving it",
          role.id(), key.keyid().hex().substring(0, SHORT_KEY));
    }
  }

  private void replay(Recording recording, Replay replay, ReplayClock clock, Stage stage) {
    int count = recording.requests().size();
    paper.part(3, "It sends metadata: " + count + " requests that a real notary-server once sent");
    paper.say("Each is read, checked against policy and history, recorded on disk, signed by the");
    paper.say("token, and the signature verified. The clock stands where it stood then.");
    paper.line("");
    paper.say(
        "%-12s  %-9s  %7s  %-14s  %4s  %6s  %s",
        "recorded at", "role", "version", "signature", "row", "ms", "somebody typed");
    long signCalls = stage.signCalls();
    String step = "";
    for (Recording.Request request : recording.requests()) {
      clock.putTo(request.time());
      try {
        Signed signed = replay.sign(request);
        show(request, signed, request.step().equals(step) ? "" : request.step());
        report.request(request, signed);
      } catch (ChanceryProblem problem) {
        paper.say(paper.bad("refused: " + problem.getMessage()));
        report.check(
            "recorded " + request.role().id() + " " + request.version(),
            "signed",
            Verdict.of(problem).control());
        break;
      }
      step = request.step();
    }
    report.check("recorded requests signed", count, replay.signed().size());
    report.check("C_Sign calls for them", count, stage.signCalls() - signCalls);
  }

  private void show(Recording.Request request, Signed signed, String step) {
    paper.say(
        "%-12s  %-9s  %7d  %-14s  %4d  %6.1f  %s",
        OF_DAY.format(request.time()),
        request.role().id(),
        signed.answer().version(),
        signed.answer().sig().substring(0, SHORT_SIGNATURE) + "..",
        signed.answer().sequence(),
        signed.millis(),
        step);
  }

  /** How many of them must stand in the ledger. */
  private int attack(Stage stage, Replay replay) throws IOException {
    List<Attack> all = attacks.apply(stage, replay);
    paper.part(4, "Somebody takes over the trust server, certificate and all, and wants more");
    long signCalls = stage.signCalls();
    int asExpected = 0;
    int recorded = 0;
    for (Attack attack : all) {
      Verdict verdict = attack.attempt().make();
      show(attack, verdict);
      report.attack(attack, verdict);
      if (attack.expected().equals(verdict.control())) {
        asExpected++;
      } else {
        report.check("attack: " + attack.goal(), attack.expected(), verdict.control());
      }
      recorded += verdict.control().equals(Verdict.TLS_ALERT) ? 0 : 1;
    }
    report.check("attacks refused by the control named", all.size(), asExpected);
    report.check("C_Sign calls during the attacks", 0, stage.signCalls() - signCalls);
    return recorded;
  }

  private void show(Attack attack, Verdict verdict) {
    boolean expected = attack.expected().equals(verdict.control());
    paper.line("");
    paper.say("to %s:", attack.goal());
    paper.say("  sent      %s", attack.sent());
    if (verdict.control().equals(Verdict.SIGNED)) {
      paper.say("  " + paper.bad("SIGNED") + "    " + verdict.observed());
    } else {
      paper.say("  refused   " + paper.control(verdict.control()));
      detail("observed", verdict.observed());
      detail("allowed", verdict.allowed());
      detail("remedy", verdict.remedy());
    }
    if (!expected) {
      paper.say("  " + paper.bad("not as expected: " + attack.expected()));
    }
  }

  private void detail(String name, String text) {
    if (!text.isEmpty()) {
      paper.wrapped(String.format(Locale.ROOT, "  %-8s  ", name), text);
    }
  }

  /** None of the attacks has changed anything: the honest request, in all else alike, is signed. */
  private void goOn(Stage stage, Replay replay) {
    paper.part(5, "The honest server goes on");
    long signCalls = stage.signCalls();
    byte[] next = replay.nextTimestamp();
    Signed first = replay.sign(Role.TIMESTAMP, "the honest next timestamp", next);
    paper.say(
        "timestamp version %d, as the attacks had it but for their one change: signed, row %d",
        first.answer().version(), first.answer().sequence());
    Signed again = replay.sign(Role.TIMESTAMP, "the same bytes again", next);
    paper.say(
        "the same bytes again, as after a lost answer: the signature on the record, row %d",
        again.answer().sequence());
    report.check(
        "the honest next request",
        "signed",
        first.answer().recorded() ? "signed before" : "signed");
    report.check(
        "the same bytes again: the recorded signature",
        first.answer().sig(),
        again.answer().recorded() ? again.answer().sig() : "a new one");
    report.check("C_Sign calls for both", 1, stage.signCalls() - signCalls);
  }

  private void verifySignatures(Replay replay, Stage stage) throws GeneralSecurityException {
    paper.part(6, "Is it all true?");
    List<KeyInfo> keys = stage.trustServer().keys(null, null);
    long good = Proof.verified(replay.signed(), keys);
    paper.say(
        "signatures  %d of %d verify in the JDK's own ECDSA, under the keys of GET /v1/keys",
        good, replay.signed().size());
    report.check("signatures that verify independently", replay.signed().size(), good);
  }

  private void verifyLedger(Path ledger, int refusals) {
    Proof.LedgerContents contents = Proof.read(ledger);
    String chain = contents.problem().orElse("unbroken");
    paper.say(
        "ledger      %d rows, chain %s: %d admitted, %d signed, %d refused",
        contents.rows(), chain, contents.admitted(), contents.issued(), contents.refused().size());
    report.check("ledger chain and watermarks", "unbroken", chain);
    report.check("signatures in the ledger", contents.admitted() - 1, contents.issued());
    report.check("refusals in the ledger", refusals, contents.refused().size());
  }

  private void summarise() {
    paper.part(7, "Summary");
    for (Check check : report.checks()) {
      String seen =
          check.seen().length() > SHORT_SIGNATURE
              ? check.seen().substring(0, SHORT_SIGNATURE) + ".."
              : check.seen();
      paper.say(
          "%-46s  %-14s  %s",
          check.what(),
          seen,
          check.ok() ? paper.good("ok") : paper.bad("expected " + check.expected()));
    }
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }
}
