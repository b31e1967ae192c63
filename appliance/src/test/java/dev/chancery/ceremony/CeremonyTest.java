package dev.chancery.ceremony;

import static dev.chancery.ceremony.Ceremonies.after;
import static dev.chancery.ceremony.Ceremonies.afterAt;
import static dev.chancery.ceremony.Refusals.refused;
import static dev.chancery.ceremony.Roots.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.JsonObject;
import dev.chancery.metadata.RootSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which step is possible in which state, and what it makes of the ceremony. */
class CeremonyTest {
  private final Ceremonies given = new Ceremonies();

  /** Each state of a root ceremony, reached as it is reached in life. */
  private Map<CeremonyState, Ceremony> states() {
    Map<CeremonyState, Ceremony> states = new LinkedHashMap<>();
    Ceremony frozen = after(given.draft(), new Step.Frozen(given.quorum));
    Ceremony partial =
        after(given.unlocked(), given.signature(given.roots.a), new Step.Locked("done"));
    Ceremony signed =
        after(given.unlocked(), given.signature(given.roots.a), given.signature(given.roots.b));
    Ceremony complete = after(signed, new Step.Verified());
    for (Ceremony each :
        List.of(
            given.draft(),
            frozen,
            after(frozen, new Step.Rejected("ROOT_TR_8", "expires")),
            given.ready(),
            given.approved(),
            after(given.approved(), new Step.Opened()),
            given.unlocked(),
            partial,
            signed,
            complete,
            after(complete, Ceremonies.closed()),
            after(given.ready(), new Step.Aborted("enough", Optional.empty())),
            after(given.ready(), new Step.Expired()),
            after(partial, given.stop(partial)))) {
      states.put(each.state(), each);
    }
    assertEquals(CeremonyState.values().length, states.size(), "every state is reached");
    return states;
  }

  private Map<String, Step> steps(Ceremony at) {
    Map<String, Step> steps = new LinkedHashMap<>();
    for (Step step :
        List.of(
            new Step.Drafted(given.subject),
            new Step.Frozen(given.quorum),
            new Step.Accepted(List.of()),
            new Step.Rejected("ROOT_TR_8", "expires"),
            new Step.Opened(),
            new Step.ShareTaken(7),
            new Step.Unlocked("root"),
            given.signature(given.roots.c),
            new Step.Locked("done"),
            new Step.Executed("done"),
            new Step.Verified(),
            new Step.Expired(),
            Ceremonies.closed())) {
      steps.put(step.id(), step);
    }
    if (at.state() != CeremonyState.DRAFT) {
      steps.put("voted", given.vote(at, "eve", given.eve, Vote.APPROVE));
      steps.put("aborted", given.stop(at));
    } else {
      steps.put("aborted", new Step.Aborted("enough", Optional.empty()));
    }
    return steps;
  }

  @Test
  void everyStateAllowsItsStepsAndForbidsAllOthers() {
    Map<CeremonyState, Set<String>> allowed =
        Map.of(
            CeremonyState.DRAFT, Set.of("drafted", "frozen", "aborted"),
            CeremonyState.FROZEN, Set.of("accepted", "rejected", "aborted"),
            CeremonyState.READY, Set.of("voted", "expired", "aborted"),
            CeremonyState.APPROVED, Set.of("voted", "opened", "expired", "aborted"),
            CeremonyState.OPEN, Set.of("share-taken", "unlocked", "locked", "aborted"),
            CeremonyState.UNLOCKED, Set.of("signature-made", "locked", "aborted"),
            CeremonyState.PARTIAL, Set.of("opened", "aborted"),
            CeremonyState.SIGNED, Set.of("verified", "aborted"),
            CeremonyState.COMPLETE, Set.of("closed"));
    states()
        .forEach(
            (state, ceremony) -> {
              Set<String> possible = new TreeSet<>();
              steps(ceremony)
                  .forEach(
                      (id, step) -> {
                        try {
                          after(ceremony, step);
                          possible.add(id);
                        } catch (RefusedException e) {
                          boolean edit = e.reason() == Refusal.CEREMONY_S_1 && id.equals("drafted");
                          assertTrue(
                              edit || e.reason() == Refusal.CEREMONY_S_2,
                              () -> state + " " + id + ": " + e.getMessage());
                        }
                      });
              assertEquals(
                  new TreeSet<>(allowed.getOrDefault(state, Set.of())), possible, state.id());
              assertEquals(possible.isEmpty(), state.isFinal(), state.id());
            });
  }

  @Test
  void nothingOfAFrozenCeremonyChanges() {
    refused(Refusal.CEREMONY_S_1, () -> after(given.ready(), new Step.Drafted(given.subject)));
    after(given.draft(), new Step.Drafted(given.subject));
  }

  @Test
  void stepsFollowEachOther() {
    Ceremony draft = given.draft();
    Step frozen = new Step.Frozen(given.quorum);
    refused(
        Refusal.CEREMONY_S_2, () -> draft.after(new StepRecord("c-1", 3, NOW, "admin", frozen)));
    refused(
        Refusal.CEREMONY_S_2, () -> draft.after(new StepRecord("c-2", 2, NOW, "admin", frozen)));
    draft.after(new StepRecord("c-1", 2, NOW, "admin", frozen));
  }

  @Test
  void everyStepIsReadBackAsItWasWritten() {
    for (Ceremony ceremony : states().values()) {
      Ceremony again = null;
      for (StepRecord each : ceremony.steps()) {
        Step read = Step.of(each.step().id(), each.step().json());
        assertEquals(each.step().json(), read.json());
        StepRecord record =
            new StepRecord(each.ceremony(), each.number(), each.time(), each.actor(), read);
        again =
            again == null
                ? Ceremony.begin("ledger-1", CeremonyPolicy.DEFAULT, record)
                : again.after(record);
      }
      assertEquals(ceremony.state(), again == null ? null : again.state());
    }
  }

  @Test
  void aTokenThatIsLockedAgainWantsItsSharesAgain() {
    Ceremony locked = after(given.unlocked(), new Step.Locked("restart"));
    assertEquals(CeremonyState.APPROVED, locked.state());
    assertEquals(List.of(), locked.shares());
    assertEquals(CeremonyState.OPEN, after(locked, new Step.Opened()).state());
  }

  @Test
  void aShareIsTakenOnce() {
    Ceremony open = after(given.approved(), new Step.Opened(), new Step.ShareTaken(1));
    refused(Refusal.CEREMONY_S_2, () -> after(open, new Step.ShareTaken(1)));
    assertEquals(List.of(1, 2), after(open, new Step.ShareTaken(2)).shares());
  }

  @Test
  void aSignatureIsOfAKeyOfTheRootAndStaysTheOnlyOneOfThatKey() {
    Ceremony one = after(given.unlocked(), given.signature(given.roots.a));
    RootSignature first = one.signatureOf(given.roots.a.tufId()).orElseThrow();
    refused(Refusal.CEREMONY_S_2, () -> after(one, given.signature(given.roots.a)));
    assertEquals(Optional.of(first), one.signatureOf(given.roots.a.tufId()));
    refused(Refusal.ROOT_TR_3, () -> after(one, given.signature(given.roots.d)));
    refused(Refusal.ROOT_TR_3, () -> after(one, given.signature(given.roots.timestamp)));
    assertEquals(CeremonyState.SIGNED, after(one, given.signature(given.roots.b)).state());
  }

  @Test
  void signaturesFromElsewhereAreAdded() {
    RootSignature b = given.roots.b.sign(given.next);
    Ceremony partial =
        after(given.unlocked(), given.signature(given.roots.a), new Step.Locked("done"));
    assertEquals(CeremonyState.PARTIAL, partial.state());
    Ceremony signed = after(partial, new Step.SignatureMade(b, true));
    assertEquals(CeremonyState.SIGNED, signed.state());
    assertEquals(
        "approvals 2 of 2, old root signatures 2 of 2, new root signatures 2 of 2",
        signed.progress(NOW).toString());
    assertEquals(2, signed.result().signedBy(given.next));
    refused(Refusal.CEREMONY_S_2, () -> after(partial, new Step.Verified()));
    refused(Refusal.CEREMONY_S_2, () -> after(given.ready(), new Step.SignatureMade(b, true)));
  }

  @Test
  void whereSignaturesExistACustodianStopsItToo() {
    Ceremony one = after(given.unlocked(), given.signature(given.roots.a));
    Step alone = new Step.Aborted("enough", Optional.empty());
    assertEquals(CeremonyState.ABORTED, after(given.unlocked(), alone).state());
    refused(Refusal.CEREMONY_X_1, () -> after(one, alone));
    assertEquals(CeremonyState.VOIDED, after(one, given.stop(one)).state());
  }

  @Test
  void timeEndsWhatNobodyFinishes() {
    Instant last = NOW.plus(Duration.ofDays(30));
    Ceremony ready = given.ready();
    assertEquals(Optional.empty(), ready.due(last));
    assertEquals(Optional.of(new Step.Expired()), ready.due(last.plusSeconds(1)));
    Step.Voted vote =
        given.vote(ready, "ann", given.ann, Vote.APPROVE, last.plus(Duration.ofDays(1)));
    afterAt(ready, last, vote);
    refused(Refusal.CEREMONY_A_4, () -> afterAt(ready, last.plusSeconds(1), vote));
  }

  @Test
  void anApprovalCountsForItsTimeAndNoLonger() {
    Ceremony ready = given.ready();
    Instant longest = NOW.plus(Duration.ofDays(14)).plus(Duration.ofMinutes(5));
    after(ready, given.vote(ready, "ann", given.ann, Vote.APPROVE, longest));
    for (Instant wrong : List.of(longest.plusSeconds(1), NOW)) {
      Step.Voted vote = given.vote(ready, "ann", given.ann, Vote.APPROVE, wrong);
      refused(Refusal.CEREMONY_A_4, () -> after(ready, vote));
    }
    Instant end = NOW.plus(Duration.ofDays(7));
    assertEquals(
        CeremonyState.OPEN,
        afterAt(given.approved(), end.minusSeconds(1), new Step.Opened()).state());
    refused(Refusal.CEREMONY_A_4, () -> afterAt(given.approved(), end, new Step.Opened()));
  }

  @Test
  void aTokenThatIsOpenTooLongIsLocked() {
    Ceremony open = after(given.approved(), new Step.Opened(), new Step.ShareTaken(1));
    Instant late = NOW.plus(Duration.ofMinutes(15));
    assertEquals(Optional.empty(), open.due(late));
    assertTrue(open.due(late.plusSeconds(1)).orElseThrow() instanceof Step.Locked, "shares");
    refused(Refusal.CEREMONY_A_4, () -> afterAt(open, late.plusSeconds(1), new Step.ShareTaken(2)));
    Instant idle = NOW.plus(Duration.ofMinutes(10));
    assertEquals(Optional.empty(), given.unlocked().due(idle));
    assertTrue(
        given.unlocked().due(idle.plusSeconds(1)).orElseThrow() instanceof Step.Locked, "idle");
  }

  @Test
  void whatIsNoRootIsExecuted() {
    Subject order =
        Subject.order(
            CeremonyKind.RE_BASE,
            false,
            "example.test/product",
            JsonObject.of(Map.of("watermark", 7)),
            CeremonyPolicy.DEFAULT.digest(),
            "the database was restored");
    Ceremony ready =
        after(Ceremonies.begin(order), new Step.Frozen(given.quorum), new Step.Accepted(List.of()));
    refused(Refusal.CEREMONY_S_2, () -> after(ready, new Step.Executed("done")));
    Ceremony approved =
        after(
            ready,
            given.vote(ready, "ann", given.ann, Vote.APPROVE),
            given.vote(ready, "eve", given.eve, Vote.APPROVE));
    refused(Refusal.CEREMONY_S_2, () -> after(approved, new Step.Opened()));
    assertEquals(CeremonyState.COMPLETE, after(approved, new Step.Executed("done")).state());
  }

  @Test
  void aTokenIsOpenedToDestroyAKey() {
    Subject order =
        Subject.order(
            CeremonyKind.KEY_DESTRUCTION,
            false,
            "example.test/product",
            JsonObject.of(Map.of("fingerprint", "00")),
            CeremonyPolicy.DEFAULT.digest(),
            "the key was replaced");
    Ceremony ready =
        after(Ceremonies.begin(order), new Step.Frozen(given.quorum), new Step.Accepted(List.of()));
    Ceremony approved =
        after(
            ready,
            given.vote(ready, "ann", given.ann, Vote.APPROVE),
            given.vote(ready, "eve", given.eve, Vote.APPROVE));
    refused(Refusal.CEREMONY_S_2, () -> after(approved, new Step.Executed("done")));
    Ceremony unlocked =
        after(approved, new Step.Opened(), new Step.ShareTaken(1), new Step.Unlocked("root"));
    assertEquals(CeremonyState.COMPLETE, after(unlocked, new Step.Executed("done")).state());
  }
}
