package dev.chancery.cli;

import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.RowSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chancery audit stats}. */
@Command(
    name = "stats",
    header = "Say how many rows of each kind there are, and what they take",
    description = {
      "",
      "Reads all rows, beside a running server. STORED are the bytes of a row as it lies in the"
          + " table, packed; the pages of the file and the tables derived from the rows come on"
          + " top. Rows that were archived do not count."
    },
    footer = {"  chancery audit stats node"})
final class AuditStatsCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private ConfigOption config = new ConfigOption();

  AuditStatsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Path file = config.load(surroundings).ledger().sqlite();
    Table table = new Table("KIND", "ROWS", "STORED", "STORED EACH", "ROW EACH");
    long rows = 0;
    for (Map.Entry<String, RowSizes> kind : LedgerReader.of(file).sizes().entrySet()) {
      RowSizes sizes = kind.getValue();
      rows += sizes.rows();
      table.row(
          kind.getKey(),
          String.valueOf(sizes.rows()),
          String.valueOf(sizes.stored()),
          String.valueOf(sizes.stored() / sizes.rows()),
          String.valueOf(sizes.plain() / sizes.rows()));
    }
    table.print(surroundings.out());
    long size = Files.size(file);
    surroundings
        .out()
        .println(rows + " rows, " + size + " bytes of file, " + size / rows + " each");
    return ExitCode.OK.number();
  }
}
