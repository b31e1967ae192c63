package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.config.LedgerConfig;
import dev.chancery.ledger.LedgerArchive;
import dev.chancery.ledger.Segment;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.ledger.StoredLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery audit archive}. */
@Command(
    name = "archive",
    header = "Move old rows of the ledger into a file of their own",
    description = {
      "",
      "Stop the server first where the ledger is a file; the nodes of a database go on signing."
          + " Writes a segment, an export that the newest checkpoint covers, reads"
          + " it again and verifies it; records it in the ledger; and deletes its rows, but the few"
          + " that are still needed. A crash in between loses nothing: the same command goes on.",
      "",
      "Keep every segment: 'chancery audit verify' takes the segments and an export of the rest, in"
          + " their order, as one ledger. Whole blocks of 256 rows are moved, and none that the"
          + " newest checkpoint does not cover."
    },
    footer = {
      "  chancery audit archive --before 2026-01-01T00:00:00Z --out rows-2025.jsonl node",
      "  chancery audit archive --keep 1000000 --compact --out old.jsonl node",
      "  chancery audit verify --key audit.vkey rows-2025.jsonl rows.jsonl"
    })
final class AuditArchiveCommand implements Callable<Integer> {
  private static final String CALLER = "chancery audit archive";

  private final Surroundings surroundings;

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "A new file for the segment.")
  private Path out = Path.of("");

  @Option(
      names = "--compact",
      description =
          "Then give the space of a ledger's file back to the file system: takes as much again for a"
              + " while. Without it new rows fill the space, as they do in a database.")
  private boolean compact;

  @Mixin private ConfigOption config = new ConfigOption();

  /** Which rows. */
  static final class Which {
    @Option(
        names = "--before",
        paramLabel = "TIME",
        description = "Those written before (RFC 3339, UTC).")
    private @Nullable Instant before;

    @Option(names = "--keep", paramLabel = "N", description = "All but so many of the newest.")
    private @Nullable Long keep;
  }

  AuditArchiveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Path file = surroundings.resolve(out);
    if (Files.exists(file)) {
      throw new CommandException(ExitCode.CANNOT_CREATE, file + " exists already");
    }
    LedgerConfig where = config.load(surroundings).ledger();
    if (compact && !(where instanceof LedgerConfig.Sqlite)) {
      throw new CommandException(ExitCode.USAGE, "--compact is for a ledger that is a file");
    }
    InstantSource clock = InstantSource.system();
    try (StoredLedger ledger = ConfiguredLedger.open(where, clock)) {
      LedgerArchive archive = new LedgerArchive(ConfiguredLedger.reader(where), ledger);
      archive.sweep();
      Optional<LedgerArchive.Plan> plan = plan(archive);
      if (plan.isEmpty()) {
        throw new CommandException(
            ExitCode.REFUSED,
            "there is no block of 256 such rows that the newest checkpoint covers");
      }
      Segment segment = archive.write(plan.get(), file);
      archive.record(segment, CALLER, clock.instant());
      long kept = archive.sweep();
      surroundings.out().println(file + " is " + segment + ", " + segment.length() + " bytes");
      surroundings.out().println(kept + " of its rows are needed and stay in the ledger too");
    }
    if (compact && where instanceof LedgerConfig.Sqlite(Path database)) {
      SqliteLedger.compact(database);
    }
    return ExitCode.OK.number();
  }

  private Optional<LedgerArchive.Plan> plan(LedgerArchive archive) {
    if (which.before != null) {
      return archive.before(which.before);
    }
    long keep = which.keep == null ? 0 : which.keep;
    if (keep < 0) {
      throw new CommandException(ExitCode.USAGE, "--keep is 0 or more");
    }
    return archive.allBut(keep);
  }
}
