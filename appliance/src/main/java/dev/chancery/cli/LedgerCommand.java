package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.config.LedgerConfig;
import dev.chancery.ledger.PostgresLedger;
import dev.chancery.ledger.PostgresPlace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chancery ledger}. */
@Command(name = "ledger", header = "Prepare and upgrade the ledger's tables in a database")
final class LedgerCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "what? There is: migrate");
  }

  /** {@code chancery ledger migrate}. */
  @Command(
      name = "migrate",
      header = "Make the ledger's tables in a database, or bring them to this program's version",
      description = {
        "",
        "Stop all nodes first. Each step is taken whole or not at all; where the tables are as this"
            + " program needs them nothing is done. DIR holds the chancery.yaml that names the"
            + " database; --ledger-url names it without one, to prepare an empty database.",
        "",
        "--user logs in as the owner of the tables, where the server's own login is not."
      },
      footer = {
        "  chancery ledger migrate node",
        "  chancery ledger migrate --user chancery_owner --password-file owner.pass node",
        "  chancery ledger migrate --ledger-url postgresql://127.0.0.1/chancery --ledger-user owner"
      })
  static final class Migrate implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--user", paramLabel = "USER", description = "Who logs in instead.")
    private @Nullable String user;

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "The first line is the password of --user; mode 0600.")
    private @Nullable Path passwordFile;

    @Mixin private LedgerOptions database = new LedgerOptions();

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "DIR",
        description = "Directory with chancery.yaml. Default: the current one.")
    private Path directory = Path.of("");

    Migrate(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      PostgresPlace place = place();
      int steps = PostgresLedger.migrate(place);
      surroundings
          .out()
          .println(
              steps == 0
                  ? place + " has the tables that this program needs"
                  : place + ": " + steps + " step(s) taken, the tables are as they should be");
      return ExitCode.OK.number();
    }

    private PostgresPlace place() {
      LedgerConfig.Postgresql named = database.database(surroundings);
      if (named == null) {
        LedgerConfig configured = ConfigOption.of(directory).load(surroundings).ledger();
        if (!(configured instanceof LedgerConfig.Postgresql server)) {
          throw new CommandException(
              ExitCode.USAGE,
              "the ledger is a SQLite file, which has one version of its tables: nothing to do");
        }
        named = server;
      }
      PostgresPlace place = ConfiguredLedger.place(named);
      return user == null
          ? place
          : place.as(user, passwordFile == null ? null : surroundings.resolve(passwordFile));
    }
  }
}
