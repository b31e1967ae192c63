package dev.chancery.cli;

import dev.chancery.backup.Backup;
import dev.chancery.config.ApplianceConfig;
import java.io.IOException;
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

/** {@code chancery restore}. */
@Command(
    name = "restore",
    header = "Make a ledger and its configuration of a backup, where there is none",
    description = {
      "",
      "First all of the backup is read and verified; nothing is written if anything is wrong with it."
          + " Into DIR, new or empty, come the ledger and what came along with it. With --config only"
          + " the ledger comes, to the place that this configuration names, and the token it names is"
          + " asked whether the backup is its.",
      "",
      "No ledger is ever written over. What was signed after the backup is not in it: where the token"
          + " knows more than the backup has, the server starts and signs nothing"
          + " (LEDGER_ROLLED_BACK) until 'chancery rebase ledger'. The command says so."
    },
    footer = {
      "  chancery restore --key custodian.key monday.chancery node",
      "  chancery restore --key custodian.key --config /etc/chancery/chancery.yaml monday.chancery"
    })
final class RestoreCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private RecipientKeyOptions key = new RecipientKeyOptions();
  @Mixin private TrustedAuditKeys auditKeys = new TrustedAuditKeys();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Restore only the ledger, for this configuration.")
  private @Nullable Path config;

  @Option(
      names = "--unsealed",
      description =
          "Restore a backup that no audit key sealed: whoever had the recipient's certificate could"
              + " have written its configuration.")
  private boolean unsealed;

  @Parameters(index = "0", paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "New or empty directory.")
  private @Nullable Path directory;

  RestoreCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    if ((config == null) == (directory == null)) {
      throw new ParameterException(spec.commandLine(), "where to? Give either DIR or --config");
    }
    Restoring restoring = new Restoring(surroundings);
    ApplianceConfig configured =
        config == null ? null : ApplianceConfig.load(surroundings.resolve(config));
    if (configured != null) {
      restoring.requireFree(configured.ledger().sqlite());
    }
    Path target = directory == null ? null : surroundings.resolve(directory);
    if (target != null) {
      restoring.requireEmpty(target);
    }
    Backup backup =
        Backup.verify(
            surroundings.resolve(file), key.read(surroundings), auditKeys.read(surroundings));
    requireSeal(backup);
    new ShownBackup(surroundings.out()).print(backup, auditKeys.given());
    if (configured != null) {
      restoring.ledger(backup, configured);
    } else if (target != null) {
      restoring.directory(backup, target);
    }
    return ExitCode.OK.number();
  }

  private void requireSeal(Backup backup) {
    if (backup.sealed().isEmpty() && !unsealed) {
      throw new CommandException(
          ExitCode.REFUSED,
          "the backup is not sealed: its configuration, and what the ledger keeps beside its rows,"
              + " may be anybody's. If you know where it comes from: --unsealed");
    }
  }
}
