package dev.chancery.cli;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery clock}. */
@Command(
    name = "clock",
    header = "Confirm the clock of the running server",
    description = {
      "",
      "The server signs nothing (CLOCK_UNTRUSTED) when its clock moved by itself, when it starts"
          + " earlier than the newest row of its ledger, or more than seven days later. Once a"
          + " person has looked at the clock, 'chancery clock confirm' lets it go on."
    },
    footer = {"  date -u && chancery clock confirm --dir node"})
final class ClockCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? There is: confirm");
  }

  @Command(
      name = "confirm",
      header = "Say that the server's clock is right",
      description = {
        "",
        "Compare the machine's clock with another one first. The confirmation stands in the ledger"
            + " under your name, and what is signed from then on is dated by this clock."
      },
      footer = {"  date -u && chancery clock confirm --dir node"})
  static final class Confirm implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private ServerOptions server = new ServerOptions();

    Confirm(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        surroundings.out().println("clock confirmed at " + client.confirmClock());
      }
      return ExitCode.OK.number();
    }
  }
}
