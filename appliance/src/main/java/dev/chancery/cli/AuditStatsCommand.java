package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.RowSizes;
import java.io.IOException;
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
          + " table, packed; pages and the tables derived from the rows come on"
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
    LedgerReader reader = ConfiguredLedger.reader(config.load(surroundings).ledger());
    Table table = new Table("KIND", "ROWS", "STORED", "STORED EACH", "ROW EACH");
    long rows = 0;
    for (Map.Entry<String, RowSizes> kind : reader.sizes().entrySet()) {
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
    long size = reader.bytes();
    surroundings
        .out()
        .println(rows + " rows, " + size + " bytes with all tables, " + size / rows + " each");
    return ExitCode.OK.number();
  }
}
