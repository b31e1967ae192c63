package dev.chancery.cli;

import dev.chancery.api.RepositoryName;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.WatermarkInfo;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery watermarks}. */
@Command(
    name = "watermarks",
    header = "List the highest version admitted for each key; export and import them",
    description = {
      "",
      "One line per key that has been used: nothing below its watermark is signed again, except in shadow"
          + " mode (policy.shadow), which takes it back."
          + " CONTENTS counts the different metadata admitted at that version; a trust server whose"
          + " database refused a version sends another content of it."
    },
    footer = {
      "  chancery watermarks --dir node",
      "  chancery watermarks export --dir node --out watermarks.json",
      "  chancery watermarks --dir node --repository registry.example/app --json"
    })
final class WatermarksCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "Only those of this repository (GUN).")
  private @Nullable RepositoryName repository;

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private JsonOption json = new JsonOption();

  WatermarksCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    List<WatermarkInfo> watermarks;
    try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
      watermarks = client.watermarks(repository);
    }
    if (json.wanted()) {
      json.print(watermarks.stream().map(Shown::of).toList(), surroundings.out());
      return ExitCode.OK.number();
    }
    Table table = new Table("REPOSITORY", "ROLE", "VERSION", "CONTENTS", "TIME", "KEYID");
    for (WatermarkInfo each : watermarks) {
      table.row(
          each.repository(),
          each.role(),
          String.valueOf(each.version()),
          String.valueOf(each.contents()),
          each.time().toString(),
          each.keyid().hex());
    }
    table.print(surroundings.out());
    return ExitCode.OK.number();
  }
}
