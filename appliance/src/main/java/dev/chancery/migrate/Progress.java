package dev.chancery.migrate;

import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.Role;
import dev.chancery.migrate.RoleProgress.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far the repositories of notary-signer have come; what the root names is what counts. */
public final class Progress {
  private Progress() {}

  /**
   * The state of each role that notary-signer ever had a key for.
   *
   * @param here the keys on this appliance's record and their modes
   */
  public static List<RoleProgress> of(List<OldRepository> repositories, Map<KeyId, KeyMode> here) {
    List<RoleProgress> progress = new ArrayList<>();
    for (OldRepository repository : repositories) {
      Set<String> roles =
          repository.keys().stream().map(key -> key.row().role()).collect(Collectors.toSet());
      Arrays.stream(Role.values())
          .filter(role -> roles.contains(role.id()))
          .forEach(role -> progress.add(role(repository, role, here)));
    }
    return List.copyOf(progress);
  }

  private static RoleProgress role(OldRepository repository, Role role, Map<KeyId, KeyMode> here) {
    if (repository.problem() != null) {
      return new RoleProgress(repository.gun(), role, State.UNKNOWN, null);
    }
    if (repository.published().isEmpty()) {
      return new RoleProgress(repository.gun(), role, State.NOT_PUBLISHED, null);
    }
    // A root made by hand may name several: the one that is furthest behind counts.
    RoleProgress behind = new RoleProgress(repository.gun(), role, State.UNKNOWN, null);
    for (KeyId id : repository.published().get().keys(role)) {
      State state = state(repository, id, here.get(id));
      if (behind.keyId() == null || state.compareTo(behind.state()) < 0) {
        behind = new RoleProgress(repository.gun(), role, state, id);
      }
    }
    return behind;
  }

  private static State state(OldRepository repository, KeyId id, @Nullable KeyMode mode) {
    if (mode != null) {
      return switch (mode) {
        case FOREIGN -> State.FOREIGN;
        case IMPORTED -> State.IMPORTED;
        case RESIDENT -> State.MOVED;
      };
    }
    return repository.keys().stream().anyMatch(key -> key.row().keyId().equals(id.hex()))
        ? State.NOT_REGISTERED
        : State.ELSEWHERE;
  }

  /** Whether nothing needs notary-signer any more. */
  public static boolean isDone(List<RoleProgress> progress) {
    return progress.stream().noneMatch(role -> role.state().needsOldSigner());
  }
}
