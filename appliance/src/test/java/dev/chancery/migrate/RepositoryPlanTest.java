package dev.chancery.migrate;

import static dev.chancery.migrate.RepositoryPlan.Situation;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.metadata.MetadataDialect;
import dev.chancery.metadata.MetadataDialects;
import java.net.URI;
import java.nio.file.Path;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.spec.ECGenParameterSpec;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which keys matter, and what is to be typed. */
class RepositoryPlanTest {
  private static final String GUN = "registry.example/team/app";
  private static final LocalDateTime THEN = LocalDateTime.of(2026, 11, 23, 8, 0);

  private final SignerKey timestamp = key("timestamp", THEN, null);
  private final SignerKey snapshot = key("snapshot", THEN, null);

  @Test
  void aRepositoryMadeByDockerRotatesTheSnapshotAndThenTheTimestamp() {
    RepositoryPlan plan = plan(published(timestamp, snapshot), timestamp, snapshot);
    assertEquals(Situation.BOTH, plan.situation());
    assertEquals(
        List.of(
            "notary -s https://localhost:4443 --tlscacert ca.crt -d ~/.docker/trust key rotate "
                + GUN
                + " snapshot -r",
            "notary -s https://localhost:4443 --tlscacert ca.crt -d ~/.docker/trust key rotate "
                + GUN
                + " timestamp -r"),
        plan.commands());
  }

  @Test
  void aSnapshotKeyOfThePublisherIsLeftAlone() {
    RepositoryPlan plan = plan(published(timestamp, key("snapshot", THEN, null)), timestamp);
    assertEquals(Situation.TIMESTAMP, plan.situation());
    assertEquals(
        List.of(
            "notary -s https://localhost:4443 --tlscacert ca.crt -d ~/.notary key rotate "
                + GUN
                + " timestamp -r"),
        plan.commands());
  }

  @Test
  void halfwayOnlyTheOtherRoleIsLeft() {
    RepositoryPlan plan =
        plan(published(key("timestamp", THEN, null), snapshot), timestamp, snapshot);
    assertEquals(Situation.SNAPSHOT, plan.situation());
    assertEquals(List.of(Fate.ROTATED_AWAY, Fate.CURRENT), fates(plan));
  }

  @Test
  void nothingIsLeftOnceTheRootNamesOtherKeys() {
    RepositoryPlan plan =
        plan(
            published(key("timestamp", THEN, null), key("snapshot", THEN, null)),
            timestamp,
            snapshot);
    assertEquals(Situation.DONE, plan.situation());
    assertEquals(List.of(), plan.commands());
  }

  @Test
  void onlyTheKeyInTheCurrentRootMatters() {
    SignerKey older = key("timestamp", THEN, null);
    SignerKey unused = key("timestamp", null, null);
    RepositoryPlan plan = plan(published(timestamp, snapshot), older, timestamp, unused);
    assertEquals(List.of(Fate.ROTATED_AWAY, Fate.CURRENT, Fate.NEVER_USED), fates(plan));
    assertEquals(List.of(timestamp.usable()), plan.repository().current());
  }

  @Test
  void aDeletedKeyInTheRootIsRotatedFirst() {
    SignerKey deleted = key("timestamp", THEN, THEN);
    RepositoryPlan plan = plan(published(deleted, snapshot), deleted, snapshot);
    assertEquals(Situation.LOST, plan.situation());
    assertEquals(
        List.of("timestamp -r", "snapshot -r"),
        plan.commands().stream().map(line -> line.replaceFirst(".*" + GUN + " ", "")).toList());
  }

  @Test
  void aDeletedKeyThatIsNotInTheRootIsOfNoConcern() {
    RepositoryPlan plan =
        plan(published(timestamp, snapshot), key("timestamp", THEN, THEN), timestamp, snapshot);
    assertEquals(Situation.BOTH, plan.situation());
  }

  @Test
  void aRepositoryTheTrustServerDoesNotHaveNeedsNothing() {
    RepositoryPlan plan = of(OldRepository.of(GUN, List.of(timestamp), Optional.empty(), null));
    assertEquals(Situation.NOT_PUBLISHED, plan.situation());
    assertEquals(List.of(Fate.NOT_PUBLISHED), fates(plan));
  }

  @Test
  void withoutTheTrustServerNothingIsClaimed() {
    RepositoryPlan plan =
        of(OldRepository.of(GUN, List.of(timestamp), Optional.empty(), "it answered 500"));
    assertEquals(Situation.UNKNOWN, plan.situation());
    assertEquals(List.of(Fate.UNKNOWN), fates(plan));
  }

  @Test
  void aRowWhoseIdIsNotThatOfItsKeyIsNotUsed() {
    SignerKey other =
        new SignerKey(
            snapshot.keyId(),
            GUN,
            "timestamp",
            "ecdsa",
            "alias1",
            timestamp.publicKey(),
            THEN,
            THEN,
            null);
    IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, other::usable);
    assertEquals("its id is not that of its public key", thrown.getMessage());
    assertEquals(List.of(Fate.UNUSABLE), fates(plan(published(timestamp, snapshot), other)));
  }

  @Test
  void rowsOfRolesThatAreNotSignedHereAreShownAndNotUsed() {
    SignerKey root =
        new SignerKey(
            timestamp.keyId(),
            GUN,
            "root",
            "ecdsa",
            "alias1",
            timestamp.publicKey(),
            THEN,
            THEN,
            null);
    assertThrows(IllegalArgumentException.class, root::usable);
    SignerKey nameless =
        new SignerKey(
            timestamp.keyId(),
            "",
            "timestamp",
            "ecdsa",
            "alias1",
            timestamp.publicKey(),
            THEN,
            THEN,
            null);
    assertThrows(IllegalArgumentException.class, nameless::usable);
  }

  @Test
  void anEd25519KeyIsStoredAsItsThirtyTwoBytes() throws NoSuchAlgorithmException {
    byte[] spki =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    MetadataDialect notary = MetadataDialects.of(Dialect.NOTARY);
    byte[] raw = notary.publicKey(Algorithm.ED25519, spki);
    assertEquals(32, raw.length);
    SignerKey row =
        new SignerKey(
            notary.keyId(Algorithm.ED25519, spki).hex(),
            GUN,
            "snapshot",
            "ed25519",
            "alias1",
            Base64.getEncoder().encodeToString(raw),
            THEN,
            null,
            null);
    assertEquals(Algorithm.ED25519, row.usable().algorithm());
    assertEquals(new KeyId(row.keyId()), row.usable().id());
  }

  @Test
  void theCommandIsSafeToPasteWhateverTheNames() {
    RotationCommand command =
        new RotationCommand(
            URI.create("https://localhost:4443"), Path.of("/my certs/ca.crt"), "~/x y");
    assertEquals(
        "notary -s https://localhost:4443 --tlscacert '/my certs/ca.crt' -d ~/'x y'"
            + " key rotate 'a/\u017c'\\''$(id)' timestamp -r",
        command.line("a/\u017c'$(id)", Role.TIMESTAMP));
  }

  private static List<Fate> fates(RepositoryPlan plan) {
    return plan.repository().keys().stream().map(OldRepository.OldKey::fate).toList();
  }

  private static RepositoryPlan plan(Published published, SignerKey... rows) {
    return of(OldRepository.of(GUN, List.of(rows), Optional.of(published), null));
  }

  private static RepositoryPlan of(OldRepository repository) {
    return RepositoryPlan.of(
        repository, URI.create("https://localhost:4443"), Path.of("ca.crt"), null);
  }

  private static Published published(SignerKey... named) {
    Map<Role, Set<KeyId>> keys = new HashMap<>();
    Stream.of(named).forEach(key -> keys.put(Role.of(key.role()), Set.of(new KeyId(key.keyId()))));
    return new Published(keys, Map.of(), Map.of());
  }

  private static SignerKey key(
      String role, @Nullable LocalDateTime lastUsed, @Nullable LocalDateTime deleted) {
    byte[] spki = ecKey().getPublic().getEncoded();
    return new SignerKey(
        MetadataDialects.of(Dialect.NOTARY).keyId(Algorithm.ECDSA, spki).hex(),
        GUN,
        role,
        "ecdsa",
        "alias1",
        Base64.getEncoder().encodeToString(spki),
        THEN,
        lastUsed,
        deleted);
  }

  private static KeyPair ecKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }
}
