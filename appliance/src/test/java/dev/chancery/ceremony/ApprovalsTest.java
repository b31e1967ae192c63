package dev.chancery.ceremony;

import static dev.chancery.ceremony.Ceremonies.after;
import static dev.chancery.ceremony.Refusals.refused;
import static dev.chancery.ceremony.Roots.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Refusal;
import dev.chancery.canonical.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose word counts, for what, and how often. */
class ApprovalsTest {
  private static final Instant UNTIL = NOW.plus(Duration.ofDays(7));

  private final Ceremonies given = new Ceremonies();
  private final Ceremony ready = given.ready();

  private Approval read(byte[] file) {
    return Approval.read(file, ready, given.quorum);
  }

  private byte[] file(Ceremony ceremony, String name, TestKey key) {
    return Ceremonies.file(ceremony, name, key, Vote.APPROVE, UNTIL);
  }

  @Test
  void theObjectSaysAllThatIsApproved() {
    String object =
        new String(Approval.message(ready, Vote.APPROVE, UNTIL), StandardCharsets.UTF_8);
    for (String part :
        List.of(
            "\"ceremony\":\"c-1\"",
            "\"digest\":\"" + given.next.digest() + "\"",
            "\"ledger\":\"ledger-1\"",
            "\"kind\":\"refresh\"",
            "\"version\":2",
            "\"statement\":\"I approve signing exactly this root\"",
            "\"type\":\"chancery-approval-v1\"")) {
      assertTrue(object.contains(part), () -> part + " in " + object);
    }
  }

  @Test
  void anApprovalIsOfACustodianAndForThisCeremony() {
    assertEquals("ann", read(file(ready, "ann", given.ann)).custodian());
    refused(Refusal.CEREMONY_A_1, () -> read(file(ready, "ann", given.bob)));
    refused(Refusal.CEREMONY_A_1, () -> read(file(ready, "mallory", TestKey.make())));
    Ceremony elsewhere =
        Ceremony.begin(
            "ledger-2",
            CeremonyPolicy.DEFAULT,
            new StepRecord("c-1", 1, NOW, "admin", new Step.Drafted(given.subject)));
    refused(Refusal.CEREMONY_A_1, () -> read(file(elsewhere, "ann", given.ann)));
    Ceremonies other = new Ceremonies();
    refused(Refusal.CEREMONY_A_1, () -> read(file(other.ready(), "ann", given.ann)));
    refused(Refusal.CEREMONY_A_1, () -> read(new byte[] {'{'}));
  }

  @Test
  void anApprovalIsNotEdited() {
    String text = new String(file(ready, "ann", given.ann), StandardCharsets.UTF_8);
    for (String edit :
        List.of(
            text.replace("2026-12-01", "2026-12-02"),
            text.replace("I approve signing exactly this root", "I deny signing this root"),
            text.replace("\"custodian\":\"ann\"", "\"custodian\":\"bob\""))) {
      refused(Refusal.CEREMONY_A_1, () -> read(edit.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void twoCustodiansAreEnoughAndOneIsNot() {
    Ceremony one = after(ready, given.vote(ready, "ann", given.ann, Vote.APPROVE));
    assertEquals(CeremonyState.READY, one.state());
    assertEquals(
        CeremonyState.APPROVED,
        after(one, given.vote(ready, "bob", given.bob, Vote.APPROVE)).state());
    refused(
        Refusal.CEREMONY_A_2, () -> after(one, given.vote(ready, "ann", given.ann, Vote.APPROVE)));
    refused(Refusal.CEREMONY_A_2, () -> after(one, given.vote(ready, "ann", given.ann, Vote.DENY)));
  }

  @Test
  void denialsEndItOnceNoQuorumIsLeft() {
    Ceremony one = after(ready, given.vote(ready, "ann", given.ann, Vote.DENY));
    assertEquals(CeremonyState.READY, one.state());
    assertEquals(
        CeremonyState.ABORTED, after(one, given.vote(ready, "bob", given.bob, Vote.DENY)).state());
  }

  @Test
  void whoIsToBeRemovedHasNoVoteOnIt() {
    Quorum without =
        new Quorum(List.of(given.quorum.custodians().get(0), given.quorum.custodians().get(1)), 2);
    Subject subject =
        Subject.custodians(false, given.quorum, without, CeremonyPolicy.DEFAULT.digest(), "left");
    assertEquals(List.of("eve"), subject.withoutVote());
    Ceremony removal =
        after(
            Ceremonies.begin(subject), new Step.Frozen(given.quorum), new Step.Accepted(List.of()));
    refused(
        Refusal.CEREMONY_A_2,
        () -> after(removal, given.vote(removal, "eve", given.eve, Vote.DENY)));
    assertEquals(
        CeremonyState.APPROVED,
        after(
                removal,
                given.vote(removal, "ann", given.ann, Vote.APPROVE),
                given.vote(removal, "bob", given.bob, Vote.APPROVE))
            .state());
    assertEquals(1, given.quorum.denialsThatEnd(Set.of("eve")));
  }

  @Test
  void aQuorumIsOfTwoAtLeastAndOfDistinctPeople() {
    Custodian ann = new Custodian("ann", given.ann.custodian());
    Custodian bob = new Custodian("bob", given.bob.custodian());
    assertEquals(2, Quorum.of(new Quorum(List.of(ann, bob), 2).json()).needed());
    refused(Refusal.CEREMONY_A_5, () -> new Quorum(List.of(ann, bob), 1));
    refused(Refusal.CEREMONY_A_5, () -> new Quorum(List.of(ann, bob), 3));
    refused(
        Refusal.CEREMONY_A_5,
        () -> new Quorum(List.of(ann, new Custodian("ann", given.bob.custodian())), 2));
    refused(
        Refusal.CEREMONY_A_5,
        () -> new Quorum(List.of(ann, new Custodian("bob", given.ann.custodian())), 2));
  }

  @Test
  void aCustodianWhoLeftInTheMeantimeCountsNoMore() {
    Quorum later =
        new Quorum(
            List.of(
                given.quorum.custodians().get(1),
                given.quorum.custodians().get(2),
                new Custodian("ann", TestKey.make().custodian())),
            2);
    assertEquals(2, given.approved().approvals(given.quorum, NOW));
    assertEquals(1, given.approved().approvals(later, NOW));
  }

  @Test
  void keysComeInPemOrInACertificate() {
    assertEquals(given.ann.custodian(), CustodianKey.read(given.ann.publicPem()));
    KeyPair pair = TestKey.pair("secp256r1");
    byte[] certificate = TestKey.certificate(pair, "ann", UNTIL, false);
    assertEquals(CustodianKey.of(pair.getPublic().getEncoded()), CustodianKey.read(certificate));
    refused(
        Refusal.ALGORITHM_NOT_ALLOWED,
        () -> CustodianKey.of(TestKey.pair("secp384r1").getPublic().getEncoded()));
    refused(Refusal.ALGORITHM_NOT_ALLOWED, () -> CustodianKey.read(new byte[] {'x'}));
  }

  @Test
  void ed25519AndRsaApproveToo() throws GeneralSecurityException {
    byte[] message = {1, 2, 3};
    KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Signature ed25519 = Signature.getInstance("Ed25519");
    check(edwards, ed25519, message, Algorithm.ED25519);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    Signature pss = Signature.getInstance("RSASSA-PSS");
    pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    check(generator.generateKeyPair(), pss, message, Algorithm.RSA_2048);
  }

  private static void check(KeyPair pair, Signature signer, byte[] message, Algorithm algorithm)
      throws GeneralSecurityException {
    signer.initSign(pair.getPrivate());
    signer.update(message);
    byte[] signature = signer.sign();
    CustodianKey key = CustodianKey.of(pair.getPublic().getEncoded());
    assertEquals(algorithm, key.algorithm());
    assertTrue(key.verifies(message, signature), algorithm.id());
    signature[5] ^= 1;
    assertTrue(!key.verifies(message, signature), algorithm.id());
  }

  @Test
  void theSupersededRootStandsInTheApproval() {
    Subject subject = given.subject;
    Subject superseding =
        new Subject(
            subject.kind(),
            subject.rehearsal(),
            subject.repository(),
            subject.previous(),
            subject.next(),
            subject.order(),
            subject.signers(),
            subject.attached(),
            List.of(subject.policy()),
            subject.policy(),
            List.of(),
            "");
    JsonObject object = Approval.object(Ceremonies.begin(superseding), Vote.APPROVE, UNTIL);
    assertEquals(
        JsonObject.of(Map.of("x", List.of(subject.policy().hex()))).get("x"),
        object.get("supersedes"));
  }
}
