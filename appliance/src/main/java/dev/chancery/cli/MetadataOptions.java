package dev.chancery.cli;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.KeyChoice;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which metadata, and which key: shared by {@code sign} and {@code check}. */
final class MetadataOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "ROLE", description = "timestamp or snapshot.")
  private Role role = Role.TIMESTAMP;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description =
          "The exact bytes of the signed object; with --envelope the whole metadata file.")
  private Path file = Path.of("");

  @ArgGroup(multiplicity = "1")
  private Key key = new Key();

  @Option(
      names = "--envelope",
      description =
          "FILE is a whole metadata file. The bytes of its member \"signed\" are taken out of it as"
              + " they stand.")
  private boolean envelope;

  @Option(
      names = "--snapshot",
      paramLabel = "FILE",
      description = "With a timestamp: the snapshot file that it names, to be verified as well.")
  private @Nullable Path snapshot;

  /** One of two ways to name a key. */
  static final class Key {
    @Option(names = "--keyid", paramLabel = "KEYID", description = "The key, by its id.")
    private @Nullable KeyId id;

    @Option(
        names = "--repository",
        paramLabel = "NAME",
        description = "The key, as the only active one of this repository (GUN) and role.")
    private @Nullable RepositoryName repository;

    KeyChoice choice() {
      if (id != null) {
        return new KeyChoice.ById(id);
      }
      if (repository != null) {
        return new KeyChoice.ByRepository(repository);
      }
      throw new IllegalStateException("the command line was taken without a key");
    }
  }

  Role role() {
    return role;
  }

  KeyChoice key() {
    return key.choice();
  }

  byte[] signed(Surroundings surroundings) throws IOException {
    Path path = surroundings.resolve(file);
    byte[] content = MetadataInput.read(path);
    return envelope ? MetadataInput.signedOf(content, path) : content;
  }

  byte @Nullable [] snapshot(Surroundings surroundings) throws IOException {
    if (snapshot == null) {
      return null;
    }
    if (role != Role.TIMESTAMP) {
      throw new ParameterException(spec.commandLine(), "--snapshot goes with a timestamp only");
    }
    return MetadataInput.read(surroundings.resolve(snapshot));
  }
}
