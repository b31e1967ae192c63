package dev.chancery.cli;

import dev.chancery.api.RepositoryName;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.DueInfo;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code chancery repository due}. */
@Command(
    name = "due",
    header = "Say when the roles of TUF 1.0 repositories expire",
    description = {
      "",
      "Of each repository whose root is registered: its root, the newest timestamp and snapshot signed"
          + " here, and the targets that were sent along with that timestamp, if they were. STATE is"
          + " half once half of the life is over, late at two refresh periods before the end, and"
          + " expired. A refresh period is a day for timestamps, a week for snapshots and 30 days for"
          + " the rest, or an eighth of the life if that is less.",
      "",
      "Ends with 1 if anything is late or expired. Nothing is signed or published because of it."
    },
    footer = {
      "  chancery repository due --dir node",
      "  chancery repository due --dir node --json"
    })
final class DueCommand implements Callable<Integer> {
  private static final double SECONDS_A_DAY = 86_400;

  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "GUN",
      description = "Only this repository.")
  private @Nullable RepositoryName repository;

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private JsonOption json = new JsonOption();

  DueCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    List<DueInfo> dues;
    try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
      dues = client.due(repository);
    }
    if (json.wanted()) {
      json.print(dues.stream().map(this::shown).toList(), surroundings.out());
    } else {
      Table table = new Table("REPOSITORY", "ROLE", "VERSION", "DAYS", "EXPIRES", "STATE");
      for (DueInfo due : dues) {
        table.row(
            due.repository(),
            due.role(),
            String.valueOf(due.version()),
            String.format(Locale.ROOT, "%.1f", days(due)),
            due.expires().toString(),
            due.state());
      }
      table.print(surroundings.out());
    }
    boolean alarm =
        dues.stream().anyMatch(due -> due.state().equals("late") || due.state().equals("expired"));
    return (alarm ? ExitCode.REFUSED : ExitCode.OK).number();
  }

  private double days(DueInfo due) {
    return Duration.between(surroundings.clock().instant(), due.expires()).toSeconds()
        / SECONDS_A_DAY;
  }

  private Map<String, Object> shown(DueInfo due) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("repository", due.repository());
    shown.put("role", due.role());
    shown.put("version", due.version());
    shown.put("since", due.since().toString());
    shown.put("expires", due.expires().toString());
    shown.put("state", due.state());
    return shown;
  }
}
