package dev.chancery.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.Role;
import dev.chancery.migrate.RoleProgress.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the old signer may be switched off. */
class ProgressTest {
  private static final KeyId OLD = new KeyId("0a".repeat(32));
  private static final KeyId NEW = new KeyId("0b".repeat(32));
  private static final KeyId OTHER = new KeyId("0c".repeat(32));

  @ParameterizedTest(name = "the root names {0}, here {1}: {2}")
  @CsvSource({
    "OLD, FOREIGN, FOREIGN, false",
    "OLD, , NOT_REGISTERED, false",
    "OLD, IMPORTED, IMPORTED, true",
    "NEW, RESIDENT, MOVED, true",
    "OTHER, , ELSEWHERE, true",
  })
  void theKeyThatTheRootNamesDecides(
      String named, @Nullable KeyMode mode, State state, boolean done) {
    KeyId id =
        switch (named) {
          case "OLD" -> OLD;
          case "NEW" -> NEW;
          default -> OTHER;
        };
    List<RoleProgress> progress =
        Progress.of(List.of(repository(Set.of(id))), mode == null ? Map.of() : Map.of(id, mode));
    assertEquals(List.of(new RoleProgress("app", Role.TIMESTAMP, state, id)), progress);
    assertEquals(done, Progress.isDone(progress));
  }

  @Test
  void ofSeveralKeysTheOneFurthestBehindCounts() {
    List<RoleProgress> progress =
        Progress.of(
            List.of(repository(Set.of(OLD, NEW))),
            Map.of(OLD, KeyMode.FOREIGN, NEW, KeyMode.RESIDENT));
    assertEquals(State.FOREIGN, progress.getFirst().state());
  }

  @Test
  void whatCannotBeReadKeepsTheOldSignerAndWhatIsNotPublishedDoesNot() {
    OldRepository unread = OldRepository.of("app", List.of(row()), Optional.empty(), "it said 500");
    assertFalse(Progress.isDone(Progress.of(List.of(unread), Map.of())));
    OldRepository gone = OldRepository.of("app", List.of(row()), Optional.empty(), null);
    assertTrue(Progress.isDone(Progress.of(List.of(gone), Map.of())));
  }

  private static OldRepository repository(Set<KeyId> named) {
    Published published = new Published(Map.of(Role.TIMESTAMP, named), Map.of(), Map.of());
    return OldRepository.of("app", List.of(row()), Optional.of(published), null);
  }

  private static SignerKey row() {
    return new SignerKey(
        OLD.hex(), "app", "timestamp", "ecdsa", "alias1", "AAAA", null, null, null);
  }
}
