package dev.chancery.cli;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery rebase}. */
@Command(
    name = "rebase",
    header = "Set keys to what is served, or let a restored ledger go on",
    description = {
      "",
      "What was restored from an old copy knows less than what was signed, and what an intruder had"
          + " signed may be ahead of what is served. The server refuses to go on from there by"
          + " itself; a person who knows what happened says that it may. docs/recovery.md is the"
          + " runbook."
    },
    footer = {
      "  chancery rebase prepare --dir node --out list.json \\",
      "      --trust-server https://localhost:4443 --trust-server-ca ca.crt",
      "  chancery rebase apply --dir node --reason 'database restored' list.json",
      "  chancery rebase ledger --dir node --reason 'disk lost, backup of Monday restored'"
    })
final class RebaseCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? There are: prepare, apply, ledger");
  }

  @Command(
      name = "ledger",
      header = "End LEDGER_ROLLED_BACK: this ledger goes on, every other copy stops",
      description = {
        "",
        "The token's checkpoint says that this ledger was restored, cut off, forked or copied, and"
            + " nothing is signed. If the right ledger still exists, put it back instead: with this"
            + " command all rows that this one lacks are given up for ever.",
        "",
        "It stands in the ledger under your name, with what the token knew. Then every key that has"
            + " signed may jump, once, by the policy's restoreJump, and is compared with nothing;"
            + " and every other copy of this ledger on the same token stops signing."
      },
      footer = {
        "  chancery rebase ledger --dir node --reason 'disk lost, backup of Monday restored'"
      })
  static final class LedgerRebase implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private ServerOptions server = new ServerOptions();

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "What happened, for the record: 1 to 300 characters.")
    private String reason = "";

    LedgerRebase(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        long resumed = client.rebaseLedger(reason);
        surroundings
            .out()
            .println(
                "this ledger goes on; " + resumed + " keys may jump with their next signature");
      }
      return ExitCode.OK.number();
    }
  }
}
