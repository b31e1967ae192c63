package dev.chancery.ceremony;

import static dev.chancery.ceremony.Refusals.refused;
import static dev.chancery.ceremony.Roots.NOW;
import static dev.chancery.ceremony.Roots.objects;
import static dev.chancery.ceremony.Roots.refresh;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Dialect;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import dev.chancery.metadata.RootSignature;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a ceremony may sign, and the nearest root that it may not. */
class RootRulesTest {
  private final Roots roots = new Roots();
  private final RootChain chain = roots.chain();

  private static RootProposal check(RootRequest request) {
    return RootRules.check(request, CeremonyPolicy.DEFAULT, NOW);
  }

  private RootProposal check(CeremonyKind kind, RootDocument next, TestKey... signers) {
    return check(Roots.request(kind, chain, next, signers));
  }

  private RootProposal asRefresh(RootDraft draft) {
    return check(CeremonyKind.REFRESH, draft.build(), roots.a, roots.b);
  }

  private RootProposal asEmergency(RootDraft draft, TestKey... signers) {
    return check(CeremonyKind.EMERGENCY, draft.build(), signers);
  }

  @Test
  void aRefreshPasses() {
    RootProposal proposal = asRefresh(refresh(chain));
    assertEquals(2, proposal.next().version().number());
    assertEquals(Optional.of(chain.last().root().digest()), proposal.previousDigest());
    assertEquals(List.of(), proposal.warnings());
  }

  @Test
  void theNextVersionAndNoOther() {
    refused(Refusal.ROOT_TR_1, () -> asRefresh(refresh(chain).member("version", 3)));
    refused(Refusal.ROOT_TR_1, () -> asRefresh(refresh(chain).member("version", 1)));
    RootDocument second = refresh(chain).build();
    RootChain longer = chain.next(Roots.signed(second, roots.b, roots.c));
    RootDocument third = RootDraft.after(second).expires(NOW.plus(Duration.ofDays(350))).build();
    assertEquals(
        3,
        check(Roots.request(CeremonyKind.REFRESH, longer, third, roots.a, roots.c))
            .next()
            .version()
            .number());
  }

  @Test
  void aChainBeginsWithThePinAndHasNoGap() {
    byte[] first = chain.last().bytes();
    refused(Refusal.ROOT_TR_1, () -> RootChain.from(Dialect.TUF, first, Sha256.of(new byte[] {1})));
    RootDocument second = refresh(chain).build();
    refused(Refusal.ROOT_TR_1, () -> chain.next(Roots.signed(second, roots.a)));
    refused(
        Refusal.ROOT_TR_1,
        () -> chain.next(Roots.signed(RootDraft.after(second).build(), roots.a, roots.b)));
    RootSignature wrong = roots.a.sign(chain.last().root());
    RootFile file =
        new RootFile(second, List.of(wrong, roots.b.sign(second), roots.c.sign(second)));
    refused(Refusal.ROOT_TR_3, () -> chain.next(file.bytes()));
  }

  @Test
  void aGenesisIsForARepositoryWithoutRoot() {
    RootDocument first = roots.genesis().build();
    List<String> all = Roots.ids(roots.a, roots.b, roots.c);
    check(Roots.request(CeremonyKind.GENESIS, Optional.empty(), first, all, ""));
    refused(
        Refusal.ROOT_TR_1,
        () -> check(Roots.request(CeremonyKind.GENESIS, Optional.of(chain), first, all, "")));
    refused(
        Refusal.ROOT_TR_1,
        () -> check(Roots.request(CeremonyKind.REFRESH, Optional.empty(), first, all, "")));
  }

  @Test
  void theSignersReachBothThresholds() {
    RootDraft rotation = refresh(chain).role("root", objects(roots.b, roots.c, roots.d), 2);
    check(CeremonyKind.REPLACE_ROOT_KEY, rotation.build(), roots.b, roots.c, roots.d);
    refused(
        Refusal.ROOT_TR_2,
        () -> check(CeremonyKind.REPLACE_ROOT_KEY, rotation.build(), roots.c, roots.d));
    refused(
        Refusal.ROOT_TR_2,
        () -> check(CeremonyKind.REPLACE_ROOT_KEY, rotation.build(), roots.b, roots.c));
    refused(
        Refusal.ROOT_TR_2,
        () -> check(CeremonyKind.REFRESH, refresh(chain).build(), roots.a, roots.timestamp));
  }

  @Test
  void anAttachedSignatureVerifies() {
    RootDocument next = refresh(chain).build();
    check(with(next, roots.a.sign(next)));
    refused(Refusal.ROOT_TR_3, () -> check(with(next, roots.a.sign(chain.last().root()))));
    refused(Refusal.ROOT_TR_3, () -> check(with(next, roots.d.sign(next))));
  }

  private RootRequest with(RootDocument next, RootSignature attached) {
    return new RootRequest(
        CeremonyKind.REFRESH,
        false,
        new RepositoryName(Roots.NAME),
        Optional.of(chain),
        next,
        Roots.ids(roots.a, roots.b),
        List.of(attached),
        "");
  }

  @Test
  void noRootDropsItsOwnQuorum() {
    asEmergency(refresh(chain).role("root", objects(roots.a, roots.b), 2), roots.a, roots.b);
    for (int threshold : new int[] {3, 0, -1}) {
      RootDraft draft = refresh(chain).role("root", objects(roots.a, roots.b), threshold);
      refused(Refusal.ROOT_TR_4, () -> asEmergency(draft, roots.a, roots.b));
    }
  }

  @Test
  void aKeyStandsUnderOneId() {
    Map<String, Object> copy = new HashMap<>();
    JsonObject object = roots.d.tuf();
    for (int i = 0; i < object.size(); i++) {
      copy.put(object.name(i), object.value(i));
    }
    copy.put("x-tuf-on-ci-keyowner", "@d");
    List<JsonObject> twice = new ArrayList<>(objects(roots.a, roots.b, roots.d));
    asEmergency(refresh(chain).role("root", twice, 2), roots.a, roots.b, roots.d);
    twice.add(JsonObject.of(copy));
    refused(
        Refusal.ROOT_TR_4,
        () -> asEmergency(refresh(chain).role("root", twice, 2), roots.a, roots.b, roots.d));
  }

  @Test
  void aRootKeyIsNoOnlineKey() {
    asEmergency(refresh(chain).role("timestamp", objects(roots.d), 1), roots.a, roots.b);
    refused(
        Refusal.ROOT_TR_4,
        () -> asEmergency(refresh(chain).role("timestamp", objects(roots.c), 1), roots.a, roots.b));
    refused(
        Refusal.ROOT_TR_4,
        () -> asEmergency(refresh(chain).role("snapshot", objects(roots.c), 1), roots.a, roots.b));
  }

  @Test
  void anIdKeepsItsContent() {
    String id = roots.c.tufId();
    Map<String, Object> keys = new HashMap<>();
    chain.last().root().keys().forEach((name, key) -> keys.put(name, key.object()));
    keys.put(id, roots.d.tuf());
    RootDocument swapped = withMember(refresh(chain).build(), "keys", JsonObject.of(keys));
    refused(Refusal.ROOT_TR_5, () -> check(CeremonyKind.EMERGENCY, swapped, roots.a, roots.b));
    keys.put(id, roots.c.tuf());
    check(
        CeremonyKind.EMERGENCY,
        withMember(refresh(chain).build(), "keys", JsonObject.of(keys)),
        roots.a,
        roots.b);
  }

  private static RootDocument withMember(RootDocument root, String name, Object value) {
    Map<String, Object> members = new HashMap<>();
    for (int i = 0; i < root.signed().size(); i++) {
      members.put(root.signed().name(i), root.signed().value(i));
    }
    members.put(name, value);
    return RootDocument.of(root.dialect(), JsonObject.of(members));
  }

  @Test
  void aNewKeysIdIsItsDigest() {
    RootDraft draft = refresh(chain).role("timestamp", objects(roots.d), 1);
    String wrong = draft.build().canonical().toString().substring(7);
    byte[] json = draft.build().json();
    String text = new String(json, StandardCharsets.UTF_8).replace(roots.d.tufId(), wrong);
    RootDocument next = RootDocument.read(Dialect.TUF, text.getBytes(StandardCharsets.UTF_8));
    refused(Refusal.ROOT_TR_6, () -> check(CeremonyKind.ONLINE_KEYS, next, roots.a, roots.b));
    check(CeremonyKind.ONLINE_KEYS, draft.build(), roots.a, roots.b);
  }

  @Test
  void aNewKeyIsOfAKindThatAllClientsRead() {
    KeyPair p384 = TestKey.pair("secp384r1");
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(p384.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    for (String scheme : List.of("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256")) {
      JsonObject object =
          JsonObject.of(
              Map.of("keytype", "ecdsa", "keyval", Map.of("public", pem), "scheme", scheme));
      RootDraft draft = refresh(chain).role("timestamp", List.of(object), 1);
      var refusal =
          refused(
              Refusal.ROOT_TR_7,
              () -> check(CeremonyKind.ONLINE_KEYS, draft.build(), roots.a, roots.b));
      assertTrue(refusal.observed().contains("P-384"), refusal::observed);
    }
  }

  @Test
  void itExpiresNeitherTooSoonNorTooLate() {
    Instant soonest = NOW.plus(Duration.ofDays(30)).plusSeconds(1);
    Instant latest = NOW.plus(Duration.ofDays(400)).plus(Duration.ofMinutes(5));
    check(early(soonest, "the key is weak"));
    refused(Refusal.ROOT_TR_8, () -> check(early(soonest.minusSeconds(1), "the key is weak")));
    refused(Refusal.ROOT_TR_8, () -> check(early(soonest, " ")));
    asRefresh(refresh(chain).expires(latest));
    refused(Refusal.ROOT_TR_8, () -> asRefresh(refresh(chain).expires(latest.plusSeconds(1))));
    for (String far : List.of("2100-01-01T00:00:00Z", "2026-11-23T10:00:00Z")) {
      refused(Refusal.ROOT_TR_8, () -> asRefresh(refresh(chain).member("expires", far)));
    }
    refused(
        Refusal.ROOT_TR_8,
        () -> asRefresh(refresh(chain).member("expires", "2027-09-20T10:00:00.5Z")));
  }

  private RootRequest early(Instant expires, String reason) {
    return Roots.request(
        CeremonyKind.REFRESH,
        Optional.of(chain),
        refresh(chain).expires(expires).build(),
        Roots.ids(roots.a, roots.b),
        reason);
  }

  @Test
  void aRootThatHasExpiredCanStillBeReplaced() {
    Instant later = NOW.plus(Duration.ofDays(900));
    RootDocument next = refresh(chain).expires(later.plus(Duration.ofDays(100))).build();
    RootRules.check(
        Roots.request(CeremonyKind.REFRESH, chain, next, roots.a, roots.b),
        CeremonyPolicy.DEFAULT,
        later);
  }

  @Test
  void thePolicyMayWantAHigherThreshold() {
    CeremonyPolicy two =
        new CeremonyPolicy(
            Duration.ofDays(30),
            Duration.ofDays(3650),
            Duration.ofDays(400),
            Duration.ofMinutes(5),
            2,
            16,
            true,
            CeremonyPolicy.Times.DEFAULT);
    RootDocument one = refresh(chain).role("root", objects(roots.a, roots.b, roots.c), 1).build();
    RootRequest request = Roots.request(CeremonyKind.THRESHOLD, chain, one, roots.a, roots.b);
    refused(Refusal.ROOT_TR_9, () -> RootRules.check(request, two, NOW));
    RootRules.check(request, CeremonyPolicy.DEFAULT, NOW);
    RootDocument three = refresh(chain).role("root", objects(roots.a, roots.b, roots.c), 3).build();
    RootProposal proposal = check(CeremonyKind.THRESHOLD, three, roots.a, roots.b, roots.c);
    assertTrue(proposal.warnings().getFirst().contains("unrecoverable"), "losing one key");
  }

  @Test
  void rolesAndMembersThatNobodyReadsAreLeftOut() {
    RootDraft more = refresh(chain).role("mirrors", objects(roots.d), 1);
    refused(Refusal.ROOT_TR_10, () -> asEmergency(more, roots.a, roots.b));
    refused(
        Refusal.ROOT_TR_10,
        () -> asEmergency(refresh(chain).member("note", "hello"), roots.a, roots.b));
    asEmergency(refresh(chain).member("x-tuf-on-ci-signing-period", 60), roots.a, roots.b);
  }

  @Test
  void eachKindMakesItsOwnChangesAndNoOther() {
    refused(
        Refusal.CEREMONY_S_3,
        () -> asRefresh(refresh(chain).role("timestamp", objects(roots.d), 1)));
    RootDocument more =
        refresh(chain).role("root", objects(roots.a, roots.b, roots.c, roots.d), 2).build();
    RootDocument fewer = refresh(chain).role("root", objects(roots.a, roots.b), 2).build();
    RootDocument other = refresh(chain).role("root", objects(roots.a, roots.b, roots.d), 2).build();
    RootDocument online = refresh(chain).role("timestamp", objects(roots.d), 1).build();
    RootDocument recovered =
        refresh(chain)
            .role("timestamp", objects(TestKey.make()), 1)
            .role("snapshot", objects(TestKey.make()), 1)
            .build();
    RootDocument threshold =
        refresh(chain).role("root", objects(roots.a, roots.b, roots.c), 3).build();
    Map<CeremonyKind, RootDocument> right =
        Map.of(
            CeremonyKind.REFRESH, refresh(chain).build(),
            CeremonyKind.ADD_ROOT_KEY, more,
            CeremonyKind.REMOVE_ROOT_KEY, fewer,
            CeremonyKind.REPLACE_ROOT_KEY, other,
            CeremonyKind.ONLINE_KEYS, online,
            CeremonyKind.FAST_FORWARD_RECOVERY, recovered,
            CeremonyKind.THRESHOLD, threshold);
    TestKey[] all = {roots.a, roots.b, roots.c, roots.d};
    right.forEach(
        (kind, next) -> {
          check(kind, next, all);
          right.forEach(
              (otherKind, otherNext) -> {
                boolean wider =
                    kind == CeremonyKind.ONLINE_KEYS
                        && otherKind == CeremonyKind.FAST_FORWARD_RECOVERY;
                if (kind != otherKind && !wider) {
                  refused(Refusal.CEREMONY_S_3, () -> check(kind, otherNext, all));
                }
              });
        });
    refused(Refusal.CEREMONY_S_3, () -> check(CeremonyKind.CERTIFICATE_RENEWAL, other, all));
  }

  @Test
  void aRehearsalIsForARehearsalsRepository() {
    RootRequest real =
        Roots.request(CeremonyKind.REFRESH, chain, refresh(chain).build(), roots.a, roots.b);
    refused(Refusal.CEREMONY_X_2, () -> check(rehearsal(real, true, Roots.NAME)));
    refused(Refusal.CEREMONY_X_2, () -> check(rehearsal(real, false, "rehearsal/one")));
    check(rehearsal(real, true, "rehearsal/one"));
  }

  private static RootRequest rehearsal(RootRequest from, boolean rehearsal, String name) {
    return new RootRequest(
        from.kind(),
        rehearsal,
        new RepositoryName(name),
        from.chain(),
        from.next(),
        from.signers(),
        from.attached(),
        from.reason());
  }

  private RootDraft notary(JsonObject first, JsonObject second) {
    return RootDraft.first(Dialect.NOTARY)
        .expires(NOW.plus(Duration.ofDays(3650)))
        .role("root", List.of(first, second), 2)
        .role("timestamp", List.of(roots.timestamp.notary()), 1)
        .role("snapshot", List.of(roots.snapshot.notary()), 1)
        .role("targets", List.of(roots.targets.notary()), 1);
  }

  private RootProposal genesis(RootDraft draft) {
    RootDocument root = draft.build();
    return check(
        Roots.request(
            CeremonyKind.GENESIS, Optional.empty(), root, root.role("root").keyIds(), ""));
  }

  @Test
  void notaryRootKeysHaveACertificateOfTheRepository() {
    Instant end = NOW.plus(Duration.ofDays(3650));
    JsonObject a = roots.a.certified(Roots.NAME, end);
    genesis(notary(a, roots.b.certified("example.test/*", end)));
    for (JsonObject bad :
        List.of(
            roots.b.notary(),
            roots.b.certified("example.test/other", end),
            roots.b.certified(Roots.NAME, NOW.minusSeconds(1)))) {
      refused(Refusal.ROOT_NR_3, () -> genesis(notary(a, bad)));
    }
    RootProposal soon = genesis(notary(a, roots.b.certified(Roots.NAME, NOW.plusSeconds(86_400))));
    assertTrue(
        soon.warnings().stream().anyMatch(each -> each.contains("certificate ends")),
        () -> soon.warnings().toString());
  }

  @Test
  void oneKeyInTwoCertificatesIsOneKey() {
    Instant end = NOW.plus(Duration.ofDays(3650));
    JsonObject first = roots.a.certified(Roots.NAME, end);
    JsonObject again = roots.a.certified(Roots.NAME, end.minusSeconds(86_400));
    refused(Refusal.ROOT_TR_4, () -> genesis(notary(first, again)));
  }

  @Test
  void aNotaryRootHasWhatNotaryWritesAndNothingElse() {
    Instant end = NOW.plus(Duration.ofDays(3650));
    RootDraft draft =
        notary(roots.a.certified(Roots.NAME, end), roots.b.certified(Roots.NAME, end));
    genesis(draft);
    refused(Refusal.ROOT_NR_1, () -> genesis(draft.member("spec_version", "1.0")));
  }

  @Test
  void aNewCertificateForTheSameKeyIsARenewal() {
    Instant end = NOW.plus(Duration.ofDays(3650));
    JsonObject a = roots.a.certified(Roots.NAME, NOW.plus(Duration.ofDays(40)));
    JsonObject b = roots.b.certified(Roots.NAME, end);
    JsonObject renewed = roots.a.certified(Roots.NAME, end);
    RootDocument first = notary(a, b).build();
    RootFile file =
        new RootFile(
            first, List.of(roots.a.sign(first, TestKey.id(a)), roots.b.sign(first, TestKey.id(b))));
    RootChain pinned = RootChain.from(Dialect.NOTARY, file.bytes(), Sha256.of(file.bytes()));
    RootDocument next = RootDraft.after(first).role("root", List.of(renewed, b), 2).build();
    RootProposal proposal =
        check(
            Roots.request(
                CeremonyKind.CERTIFICATE_RENEWAL,
                Optional.of(pinned),
                next,
                List.of(TestKey.id(a), TestKey.id(b), TestKey.id(renewed)),
                ""));
    assertEquals(1, proposal.next().keysWithoutRole().size(), "the old certificate is kept");
    assertEquals(Optional.of(end), proposal.next().certificatesEnd());
  }
}
