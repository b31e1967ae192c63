package dev.chancery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.CheckpointInfo;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery audit checkpoint}. */
@Command(
    name = "checkpoint",
    header = "Have the running server sign its ledger as it is now",
    description = {
      "",
      "Prints the checkpoint, a C2SP signed note: how many rows there are, their tree hash, and the"
          + " audit key's signature. Keep it where nobody who runs the server can change it: with"
          + " 'chancery audit verify --checkpoint' it shows later whether the ledger still begins"
          + " with these rows.",
      "",
      "If nothing was recorded since the newest checkpoint, that one is printed again. An operator"
          + " or an auditor of access.yaml may ask for one."
    },
    footer = {
      "  chancery audit checkpoint --dir node > kept.txt",
      "  chancery audit checkpoint --dir node --out kept-2026-08.txt",
      "  chancery audit checkpoint --newest --server https://signer.example:8443 --cert me.crt --key"
          + " me.key --ca ca.crt"
    })
final class AuditCheckpointCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--out", paramLabel = "FILE", description = "A new file for the note.")
  private @Nullable Path out;

  @Option(
      names = "--newest",
      description = "Have none made: the newest there is. A witness may ask for it too.")
  private boolean newest;

  @Mixin private ServerOptions server = new ServerOptions();

  AuditCheckpointCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Path file = out == null ? null : surroundings.resolve(out);
    if (file != null && Files.exists(file)) {
      throw new CommandException(ExitCode.CANNOT_CREATE, file + " exists already");
    }
    try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
      CheckpointInfo made = newest ? client.newestCheckpoint() : client.makeCheckpoint();
      if (file == null) {
        surroundings.out().print(made.note());
        surroundings.out().flush();
      } else {
        Files.write(file, made.note().getBytes(UTF_8), StandardOpenOption.CREATE_NEW);
        surroundings.out().println(made.treeSize() + " rows, " + made.time() + ": " + file);
      }
    }
    return ExitCode.OK.number();
  }
}
