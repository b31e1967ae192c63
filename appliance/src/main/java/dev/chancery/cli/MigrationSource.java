package dev.chancery.cli;

import dev.chancery.migrate.DatabaseLogin;
import dev.chancery.migrate.Inventory;
import dev.chancery.migrate.OldRepository;
import dev.chancery.migrate.SignerConfig;
import dev.chancery.migrate.SignerDatabase;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where notary-signer's keys are, and the trust server that they sign for. */
final class MigrationSource {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--signer-config",
      paramLabel = "FILE",
      description =
          "notary-signer's configuration, signer-config.json; its database is read and never"
              + " written.")
  private @Nullable Path signerConfig;

  @Option(
      names = "--database",
      paramLabel = "FILE",
      description =
          "Instead of it: a file of one line, the db_url, such as"
              + " postgres://reader:PASSWORD@localhost:5432/notarysigner?sslmode=disable or"
              + " reader:PASSWORD@tcp(localhost:3306)/notarysigner. An account that may only SELECT"
              + " is enough.")
  private @Nullable Path database;

  @Mixin private TrustServerOptions trustServer = new TrustServerOptions();

  /** The database meant. */
  DatabaseLogin login(Surroundings surroundings) {
    if (signerConfig != null && database == null) {
      return SignerConfig.ofConfigFile(surroundings.resolve(signerConfig));
    }
    if (database != null && signerConfig == null) {
      return SignerConfig.ofUrlFile(surroundings.resolve(database));
    }
    throw new ParameterException(
        spec.commandLine(), "give one of --signer-config and --database, to find the keys with");
  }

  TrustServerOptions trustServer() {
    return trustServer;
  }

  /** All that notary-signer holds, beside what the trust server serves of it if one is given. */
  List<OldRepository> inventory(Surroundings surroundings) {
    DatabaseLogin login = login(surroundings);
    try (TrustServerOptions.Opened server = trustServer.openIfGiven(surroundings)) {
      return Inventory.of(SignerDatabase.keys(login), server.client());
    }
  }
}
