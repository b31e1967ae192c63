package dev.chancery.cli.dct;

import dev.chancery.cli.ExitCode;
import dev.chancery.cli.JsonOption;
import dev.chancery.cli.Surroundings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chancery dct status [DIR]}. */
@Command(
    name = "status",
    header = "Say how each part of the service is",
    description = {
      "",
      "For each part: whether it runs, its process, its ports, and whether it answers as it should;"
          + " for the appliance also what it says of its own parts. Ends with 0 if all are well,"
          + " else with 1."
    },
    footer = {"  chancery dct status", "  chancery dct status --json /tmp/dct"})
public final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private DirectoryOption directory = new DirectoryOption();
  @Mixin private JsonOption json = new JsonOption();

  public StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    ServiceDirectory home = ServiceDirectory.existing(directory.of(surroundings));
    List<Service.State> states = Service.of(home, surroundings).states();
    Report report =
        new Report(
            home, home.settings(), Packages.of(home, line -> surroundings.err().println(line)));
    if (json.wanted()) {
      json.print(report.json(states), surroundings.out());
    } else {
      report.table(states, surroundings.out());
    }
    boolean well = states.stream().allMatch(Service.State::isWell);
    return (well ? ExitCode.OK : ExitCode.REFUSED).number();
  }
}
