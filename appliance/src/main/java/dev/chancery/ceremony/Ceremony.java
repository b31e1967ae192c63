package dev.chancery.ceremony;

import static dev.chancery.ceremony.CeremonyState.ABORTED;
import static dev.chancery.ceremony.CeremonyState.APPROVED;
import static dev.chancery.ceremony.CeremonyState.CLOSED;
import static dev.chancery.ceremony.CeremonyState.COMPLETE;
import static dev.chancery.ceremony.CeremonyState.DRAFT;
import static dev.chancery.ceremony.CeremonyState.EXPIRED;
import static dev.chancery.ceremony.CeremonyState.FROZEN;
import static dev.chancery.ceremony.CeremonyState.OPEN;
import static dev.chancery.ceremony.CeremonyState.PARTIAL;
import static dev.chancery.ceremony.CeremonyState.READY;
import static dev.chancery.ceremony.CeremonyState.REJECTED;
import static dev.chancery.ceremony.CeremonyState.SIGNED;
import static dev.chancery.ceremony.CeremonyState.UNLOCKED;
import static dev.chancery.ceremony.CeremonyState.VOIDED;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import dev.chancery.metadata.RootKey;
import dev.chancery.metadata.RootSignature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A ceremony as its steps have left it; it does not change, each step gives another. A step that is
 * not possible now is refused, whoever asks (CEREMONY section 4).
 */
public final class Ceremony {
  private final String ledger;
  private final CeremonyPolicy policy;
  private final List<StepRecord> steps;
  private final CeremonyState state;
  private final Subject subject;
  private final Optional<Quorum> quorum;
  private final List<Approval> votes;
  private final List<RootSignature> signatures;
  private final List<Integer> shares;

  private Ceremony(
      String ledger, CeremonyPolicy policy, List<StepRecord> steps, Changing changing) {
    this.ledger = ledger;
    this.policy = policy;
    this.steps = List.copyOf(steps);
    this.state = changing.state;
    this.subject = changing.subject;
    this.quorum = changing.quorum;
    this.votes = List.copyOf(changing.votes);
    this.signatures = List.copyOf(changing.signatures);
    this.shares = List.copyOf(changing.shares);
  }

  /** What a step may change. */
  private static final class Changing {
    private CeremonyState state = DRAFT;
    private Subject subject;
    private Optional<Quorum> quorum = Optional.empty();
    private List<Approval> votes = new ArrayList<>();
    private List<RootSignature> signatures = new ArrayList<>();
    private List<Integer> shares = new ArrayList<>();

    private Changing(Subject subject) {
      this.subject = subject;
      this.signatures.addAll(subject.attached());
    }

    private Changing(Ceremony from) {
      this.state = from.state;
      this.subject = from.subject;
      this.quorum = from.quorum;
      this.votes = new ArrayList<>(from.votes);
      this.signatures = new ArrayList<>(from.signatures);
      this.shares = new ArrayList<>(from.shares);
    }
  }

  /**
   * Begins.
   *
   * @param ledger id of the ledger that has its journal
   * @throws RefusedException {@code CEREMONY_S_2} if the step is no beginning
   */
  public static Ceremony begin(String ledger, CeremonyPolicy policy, StepRecord first) {
    if (first.number() == 1 && first.step() instanceof Step.Drafted(var subject)) {
      return new Ceremony(ledger, policy, List.of(first), new Changing(subject));
    }
    throw new RefusedException(
        Refusal.CEREMONY_S_2, first.step().id() + " as first step", "drafted", "begin with it");
  }

  /**
   * What the next step makes of it.
   *
   * @throws RefusedException for the first rule that forbids the step
   */
  public Ceremony after(StepRecord next) {
    if (!next.ceremony().equals(id()) || next.number() != steps.size() + 1) {
      throw refused("step " + next.number(), "step " + (steps.size() + 1) + " of " + id());
    }
    Changing changing = new Changing(this);
    apply(next, changing);
    List<StepRecord> longer = new ArrayList<>(steps);
    longer.add(next);
    return new Ceremony(ledger, policy, longer, changing);
  }

  private void apply(StepRecord next, Changing to) {
    switch (next.step()) {
      case Step.Drafted(var edited) -> {
        if (state != DRAFT) {
          throw new RefusedException(
              Refusal.CEREMONY_S_1,
              "an edit in state " + state.id(),
              "edits of a draft",
              "abort this ceremony and begin another");
        }
        to.subject = edited;
        to.signatures = new ArrayList<>(edited.attached());
      }
      case Step.Frozen(var custodians) -> {
        require(next, DRAFT);
        to.quorum = Optional.of(custodians);
        requirePossible(custodians);
        to.state = FROZEN;
      }
      case Step.Accepted step -> move(next, to, READY, FROZEN);
      case Step.Rejected step -> move(next, to, REJECTED, FROZEN);
      case Step.Voted(var file) -> vote(next, Approval.of(file, this, custodians()), to);
      case Step.Opened step -> open(next, to);
      case Step.ShareTaken(var index) -> share(next, index, to);
      case Step.Unlocked step -> move(next, to, UNLOCKED, OPEN);
      case Step.SignatureMade(var signature, var elsewhere) ->
          signature(next, signature, elsewhere, to);
      case Step.Locked step -> {
        require(next, OPEN, UNLOCKED);
        to.shares = List.of();
        to.state = signatures.isEmpty() ? APPROVED : PARTIAL;
      }
      case Step.Executed step -> executed(next, to);
      case Step.Verified step -> verified(next, to);
      case Step.Aborted aborted -> abort(next, aborted, to);
      case Step.Expired step -> {
        require(next, READY, APPROVED);
        to.state = signatures.isEmpty() ? EXPIRED : VOIDED;
      }
      case Step.Closed step -> move(next, to, CLOSED, COMPLETE);
    }
  }

  private void requirePossible(Quorum custodians) {
    if (custodians.denialsThatEnd(Set.copyOf(subject.withoutVote())) < 1) {
      throw new RefusedException(
          Refusal.CEREMONY_A_5,
          subject.withoutVote().size() + " custodians without a vote",
          custodians.needed() + " custodians who have one",
          "remove fewer custodians at once");
    }
  }

  private void vote(StepRecord next, Approval approval, Changing to) {
    require(next, READY, APPROVED);
    if (approval.vote() == Vote.STOP) {
      throw refused("a vote to stop", "a vote to approve or to deny");
    }
    boolean repeated =
        votes.stream()
            .anyMatch(
                each ->
                    each.custodian().equals(approval.custodian())
                        || each.key().equals(approval.key()));
    if (repeated || subject.withoutVote().contains(approval.custodian())) {
      throw new RefusedException(
          Refusal.CEREMONY_A_2,
          (repeated ? "a second vote of " : "a vote of one who is to be removed, ")
              + Quote.of(approval.custodian()),
          "one vote of each custodian who stays",
          "ask another custodian");
    }
    Instant now = next.time();
    requireInTime("a vote", now, frozenAt().plus(policy.times().proposal(subject.kind())));
    Instant longest = now.plus(policy.times().approval(subject.kind())).plus(policy.skew());
    if (!approval.expires().isAfter(now) || approval.expires().isAfter(longest)) {
      throw late(
          "an approval until " + approval.expires(), "after " + now + ", not after " + longest);
    }
    to.votes.add(approval);
    int denials = count(to.votes, Vote.DENY, custodians(), now);
    if (denials >= custodians().denialsThatEnd(Set.copyOf(subject.withoutVote()))) {
      to.state = signatures.isEmpty() ? ABORTED : VOIDED;
    } else if (count(to.votes, Vote.APPROVE, custodians(), now) >= custodians().needed()) {
      to.state = APPROVED;
    }
  }

  private void open(StepRecord next, Changing to) {
    require(next, APPROVED, PARTIAL);
    if (!subject.kind().needsToken()) {
      throw refused("opening the token", "executing: this kind needs no token");
    }
    requireApproved(next.time());
    to.shares = List.of();
    to.state = OPEN;
  }

  private void requireApproved(Instant now) {
    requireInTime("this step", now, frozenAt().plus(policy.times().proposal(subject.kind())));
    int approvals = count(votes, Vote.APPROVE, custodians(), now);
    if (approvals < custodians().needed()) {
      throw late(
          approvals + " approvals that have not expired", custodians().needed() + " of them");
    }
  }

  private void share(StepRecord next, int index, Changing to) {
    require(next, OPEN);
    if (shares.contains(index)) {
      throw refused("share " + index + " a second time", "shares of other holders");
    }
    shareDeadline().ifPresent(end -> requireInTime("a share", next.time(), end));
    to.shares.add(index);
  }

  // P-5 and S-5: the key of the root document says whether it is a signature, and one that exists
  // stays, for ECDSA would make a second one.
  private void signature(StepRecord next, RootSignature signature, boolean elsewhere, Changing to) {
    if (elsewhere) {
      require(next, APPROVED, PARTIAL);
      requireApproved(next.time());
    } else {
      require(next, UNLOCKED);
    }
    if (signatureOf(signature.keyId()).isPresent()) {
      throw refused("a second signature of " + Quote.of(signature.keyId()), "the one that exists");
    }
    if (!isValid(signature)) {
      throw RootRules.wrongSignature(signature.keyId());
    }
    to.signatures.add(signature);
    boolean all =
        to.signatures.stream().map(RootSignature::keyId).toList().containsAll(subject.signers());
    if (all && isReached(to.signatures)) {
      to.state = SIGNED;
    } else if (elsewhere) {
      to.state = PARTIAL;
    }
  }

  private boolean isValid(RootSignature signature) {
    return Stream.concat(subject.previous().map(RootFile::root).stream(), subject.next().stream())
        .flatMap(root -> root.keysOf("root").stream())
        .filter(key -> key.id().equals(signature.keyId()))
        .anyMatch(key -> subject.next().orElseThrow().isSignedBy(key, signature));
  }

  private void executed(StepRecord next, Changing to) {
    if (subject.kind().signsRoot()) {
      throw refused("executing", "signing: this kind signs a root");
    }
    require(next, subject.kind().needsToken() ? UNLOCKED : APPROVED);
    requireApproved(next.time());
    to.state = COMPLETE;
  }

  private void verified(StepRecord next, Changing to) {
    require(next, SIGNED, PARTIAL);
    boolean silent =
        policy.newRootKeysSign()
            && newRootKeys().stream().anyMatch(id -> signatureOf(id).isEmpty());
    if (!isReached(signatures) || silent) {
      throw refused(
          "a root that is not signed enough (" + progress(next.time()) + ")", "a signed one");
    }
    to.state = COMPLETE;
  }

  private List<String> newRootKeys() {
    return RootDiff.of(subject.previous().map(RootFile::root), subject.next().orElseThrow())
        .role("root")
        .added()
        .stream()
        .map(RootKey::id)
        .toList();
  }

  private void abort(StepRecord next, Step.Aborted step, Changing to) {
    if (state.isFinal() || state == COMPLETE) {
      throw refused("a stop", "nothing any more");
    }
    if (signatures.isEmpty()) {
      to.state = ABORTED;
      return;
    }
    Optional<Approval> stop = step.stop().map(file -> Approval.of(file, this, custodians()));
    if (stop.filter(each -> isStop(each, next.time())).isEmpty()) {
      throw new RefusedException(
          Refusal.CEREMONY_X_1,
          "a stop by an administrator alone, with " + signatures.size() + " signatures",
          "a stop that a custodian signed too",
          "run `chancery ceremony abort` with the stop of a custodian");
    }
    to.state = VOIDED;
  }

  private static boolean isStop(Approval approval, Instant now) {
    return approval.vote() == Vote.STOP && approval.expires().isAfter(now);
  }

  /** What time alone makes of it: the step that is due, if one is. */
  public Optional<Step> due(Instant now) {
    return switch (state) {
      case READY, APPROVED ->
          now.isAfter(frozenAt().plus(policy.times().proposal(subject.kind())))
              ? Optional.of(new Step.Expired())
              : Optional.empty();
      case OPEN -> lockIf(shareDeadline().or(this::openDeadline), now, "the shares took too long");
      case UNLOCKED ->
          lockIf(
              openDeadline()
                  .map(end -> earlier(end, steps.getLast().time().plus(policy.times().idle()))),
              now,
              "the token was idle too long");
      default -> Optional.empty();
    };
  }

  private static Optional<Step> lockIf(Optional<Instant> deadline, Instant now, String why) {
    return deadline.filter(now::isAfter).map(end -> new Step.Locked(why));
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private Optional<Instant> openDeadline() {
    return lastTime(Step.Opened.class).map(at -> at.plus(policy.times().open()));
  }

  private Optional<Instant> shareDeadline() {
    if (shares.isEmpty()) {
      return Optional.empty();
    }
    Instant first = steps.get(steps.size() - shares.size()).time();
    return Optional.of(first.plus(policy.times().shares()));
  }

  private Optional<Instant> lastTime(Class<? extends Step> kind) {
    return steps.reversed().stream()
        .filter(each -> kind.isInstance(each.step()))
        .map(StepRecord::time)
        .findFirst();
  }

  private Instant frozenAt() {
    return lastTime(Step.Frozen.class).orElseThrow();
  }

  private static int count(List<Approval> votes, Vote vote, Quorum quorum, Instant now) {
    Set<Sha256> keys = new HashSet<>();
    for (Approval each : votes) {
      boolean stillThere =
          quorum
              .find(each.custodian())
              .filter(custodian -> custodian.key().fingerprint().equals(each.key()))
              .isPresent();
      if (each.vote() == vote && stillThere && each.expires().isAfter(now)) {
        keys.add(each.key());
      }
    }
    return keys.size();
  }

  private boolean isReached(List<RootSignature> made) {
    RootDocument next = subject.next().orElseThrow();
    RootFile file = new RootFile(next, made);
    return file.signedBy(next) >= next.role("root").threshold()
        && subject
            .previous()
            .filter(old -> file.signedBy(old.root()) < old.root().role("root").threshold())
            .isEmpty();
  }

  /** How far it is. */
  public Progress progress(Instant now) {
    int approvals = quorum.map(set -> count(votes, Vote.APPROVE, set, now)).orElse(0);
    int needed = quorum.map(Quorum::needed).orElse(0);
    if (subject.next().isEmpty()) {
      return new Progress(approvals, needed, Progress.Side.NONE, Progress.Side.NONE);
    }
    RootDocument next = subject.next().get();
    RootFile file = new RootFile(next, signatures);
    return new Progress(
        approvals,
        needed,
        subject
            .previous()
            .map(old -> Progress.Side.of(old.root(), file, subject.signers()))
            .orElse(Progress.Side.NONE),
        Progress.Side.of(next, file, subject.signers()));
  }

  /** How many of those who approved are still among {@code current} (CEREMONY A-1). */
  public int approvals(Quorum current, Instant now) {
    return count(votes, Vote.APPROVE, current, now);
  }

  /** The root with the signatures that exist, Notary's way: of the new root's keys first. */
  public RootFile result() {
    RootDocument next = subject.next().orElseThrow();
    List<String> own = next.role("root").keyIds();
    List<RootSignature> ordered =
        Stream.concat(
                signatures.stream().filter(each -> own.contains(each.keyId())),
                signatures.stream().filter(each -> !own.contains(each.keyId())))
            .toList();
    return new RootFile(next, ordered);
  }

  /** The signature that a key has made already (CEREMONY S-5). */
  public Optional<RootSignature> signatureOf(String keyId) {
    return signatures.stream().filter(each -> each.keyId().equals(keyId)).findFirst();
  }

  public String id() {
    return steps.getFirst().ceremony();
  }

  /** Id of the ledger that has its journal; approvals name it. */
  public String ledger() {
    return ledger;
  }

  public CeremonyState state() {
    return state;
  }

  public Subject subject() {
    return subject;
  }

  /** All that happened, in order. */
  public List<StepRecord> steps() {
    return steps;
  }

  /** What custodians said, in order. */
  public List<Approval> votes() {
    return votes;
  }

  public List<RootSignature> signatures() {
    return signatures;
  }

  /** Numbers of the shares entered since the token was opened. */
  public List<Integer> shares() {
    return shares;
  }

  /**
   * The custodians as of the freezing.
   *
   * @throws RefusedException {@code CEREMONY_S_2} before it
   */
  public Quorum custodians() {
    return quorum.orElseThrow(() -> refused("a ceremony in state " + state.id(), "a frozen one"));
  }

  private void move(StepRecord next, Changing to, CeremonyState target, CeremonyState from) {
    require(next, from);
    to.state = target;
  }

  private void require(StepRecord next, CeremonyState first, CeremonyState... more) {
    EnumSet<CeremonyState> allowed = EnumSet.of(first, more);
    if (!allowed.contains(state)) {
      throw refused(
          next.step().id() + " in state " + state.id(),
          "it in state " + String.join(" or ", allowed.stream().map(CeremonyState::id).toList()));
    }
  }

  private static void requireInTime(String what, Instant now, Instant end) {
    if (now.isAfter(end)) {
      throw late(what + " at " + now, "not after " + end);
    }
  }

  private static RefusedException late(String observed, String allowed) {
    return new RefusedException(
        Refusal.CEREMONY_A_4, observed, allowed, "approve again, or begin another ceremony");
  }

  private static RefusedException refused(String observed, String allowed) {
    return new RefusedException(
        Refusal.CEREMONY_S_2,
        observed,
        allowed,
        "`chancery ceremony show` says which step is next");
  }

  @Override
  public String toString() {
    return id() + " " + subject.kind().id() + " " + state.id();
  }
}
