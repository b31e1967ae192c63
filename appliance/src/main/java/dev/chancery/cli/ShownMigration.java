package dev.chancery.cli;

import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.migrate.OldRepository;
import dev.chancery.migrate.Progress;
import dev.chancery.migrate.Published;
import dev.chancery.migrate.RepositoryPlan;
import dev.chancery.migrate.RoleProgress;
import dev.chancery.migrate.SignerKey;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answers of {@code migrate} in JSON. */
final class ShownMigration {
  private ShownMigration() {}

  static Map<String, Object> of(OldRepository repository) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("gun", repository.gun());
    if (repository.problem() != null) {
      shown.put("problem", repository.problem());
    }
    repository.published().ifPresent(published -> shown.put("published", of(published)));
    shown.put("keys", repository.keys().stream().map(ShownMigration::of).toList());
    return shown;
  }

  static Map<String, Object> of(RepositoryPlan plan) {
    Map<String, Object> shown = of(plan.repository());
    shown.put("situation", plan.situation().name());
    shown.put("why", plan.situation().why());
    shown.put("commands", plan.commands());
    return shown;
  }

  static Map<String, Object> of(List<RoleProgress> progress) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("done", Progress.isDone(progress));
    shown.put("roles", progress.stream().map(ShownMigration::of).toList());
    return shown;
  }

  private static Map<String, Object> of(RoleProgress role) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("gun", role.gun());
    shown.put("role", role.role().id());
    shown.put("is", role.state().id());
    if (role.keyId() != null) {
      shown.put("keyid", role.keyId().hex());
    }
    shown.put("needsNotarySigner", role.state().needsOldSigner());
    return shown;
  }

  private static Map<String, Object> of(Published published) {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (Role role : Role.values()) {
      Map<String, Object> current = new LinkedHashMap<>();
      current.put("keyids", published.keys(role).stream().map(KeyId::hex).sorted().toList());
      published.version(role).ifPresent(version -> current.put("version", version.number()));
      String problem = published.problems().get(role);
      if (problem != null) {
        current.put("problem", problem);
      }
      shown.put(role.id(), current);
    }
    return shown;
  }

  private static Map<String, Object> of(OldRepository.OldKey key) {
    SignerKey row = key.row();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("keyid", row.keyId());
    shown.put("role", row.role());
    shown.put("algorithm", row.algorithm());
    shown.put("publicKey", row.publicKey());
    put(shown, "created", row.created());
    put(shown, "lastUsed", row.lastUsed());
    put(shown, "deleted", row.deleted());
    shown.put("is", key.fate().id());
    if (key.why() != null) {
      shown.put("why", key.why());
    }
    return shown;
  }

  private static void put(Map<String, Object> shown, String name, @Nullable LocalDateTime time) {
    if (time != null) {
      shown.put(name, time.toString());
    }
  }
}
