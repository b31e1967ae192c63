package dev.chancery.migrate;

import dev.chancery.api.Role;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done for one repository.
 *
 * @param situation where it stands
 * @param commands to be typed by its publisher, in this order, one after the other
 */
public record RepositoryPlan(OldRepository repository, Situation situation, List<String> commands) {
  /** Where docker keeps a publisher's keys, and where the notary client does. */
  private static final String DOCKER_TRUST = "~/.docker/trust";

  private static final String NOTARY_TRUST = "~/.notary";

  /** Where a repository stands on its way to new keys. */
  public enum Situation {
    BOTH(
        "Two roles to move",
        "notary-signer holds timestamp and snapshot key, as for every repository made by docker."
            + " Each publish needs both and the client rotates one at a time, so between the two"
            + " commands one key is here and the other still there: Chancery signs with that one"
            + " through notary-signer (upstream)."),
    TIMESTAMP(
        "The timestamp to move",
        "notary-signer holds the timestamp key; the snapshot key is the publisher's, or has moved"
            + " already, and is left alone."),
    SNAPSHOT(
        "The snapshot to move",
        "the timestamp key has moved; notary-signer still holds the snapshot key."),
    LOST(
        "Cannot be published today",
        "the root names a key that notary-signer no longer signs with. Rotating that role first"
            + " gives it a key that signs; where both keys are lost no rotation can be published,"
            + " and 'notary delete --remote' and 'notary init' start it anew."),
    UNKNOWN("Not known", "what these need cannot be told."),
    NOT_PUBLISHED(
        "Not published",
        "the trust server has no such repository: deleted there, or initialised and never"
            + " published. Nothing to move; a publisher who has it in his client's cache runs"
            + " 'notary delete' and 'notary init' for it."),
    DONE("Nothing to do", "the root names no key of notary-signer.");

    private final String title;
    private final String why;

    Situation(String title, String why) {
      this.title = title;
      this.why = why;
    }

    /** A few words for it. */
    public String title() {
      return title;
    }

    /** The situation in a sentence or two. */
    public String why() {
      return why;
    }
  }

  public RepositoryPlan {
    commands = List.copyOf(commands);
  }

  /**
   * The plan for {@code repository}.
   *
   * @param server the trust server as publishers reach it
   * @param ca PEM: the authority of its certificate
   * @param trustDirectory of the publisher's client; null for where docker or notary has it
   */
  public static RepositoryPlan of(
      OldRepository repository, URI server, Path ca, @Nullable String trustDirectory) {
    Situation situation = situation(repository);
    String usual = situation == Situation.BOTH ? DOCKER_TRUST : NOTARY_TRUST;
    RotationCommand rotation =
        new RotationCommand(server, ca, Objects.requireNonNullElse(trustDirectory, usual));
    return new RepositoryPlan(
        repository,
        situation,
        roles(repository).stream().map(role -> rotation.line(repository.gun(), role)).toList());
  }

  private static Situation situation(OldRepository repository) {
    if (repository.problem() != null) {
      return Situation.UNKNOWN;
    }
    if (repository.published().isEmpty()) {
      return Situation.NOT_PUBLISHED;
    }
    if (!repository.lostRoles().isEmpty()) {
      return Situation.LOST;
    }
    List<Role> roles = repository.rolesToMove();
    if (roles.isEmpty()) {
      return Situation.DONE;
    }
    return roles.size() == Role.values().length
        ? Situation.BOTH
        : roles.contains(Role.TIMESTAMP) ? Situation.TIMESTAMP : Situation.SNAPSHOT;
  }

  /** In the order they have to be rotated in: what cannot sign any more comes first. */
  private static List<Role> roles(OldRepository repository) {
    List<Role> roles = new ArrayList<>(repository.lostRoles());
    repository.rolesToMove().stream().filter(role -> !roles.contains(role)).forEach(roles::add);
    return roles;
  }
}
