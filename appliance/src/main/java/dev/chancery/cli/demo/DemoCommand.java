package dev.chancery.cli.demo;

import dev.chancery.api.Dialect;
import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import dev.chancery.cli.JsonOption;
import dev.chancery.cli.Parts;
import dev.chancery.cli.ScratchDirectory;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.SoftHsmLibrary;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery demo}. */
@Command(
    name = "demo",
    header = "See an appliance sign real notary-server metadata, and be attacked",
    description = {
      "",
      "Makes an appliance in a temporary directory: SoftHSM token, certificates, ledger. Starts it"
          + " on loopback, replays what a real notary-server once asked for, then asks for what must"
          + " not be signed. Verifies every signature and the ledger. Nothing is kept, no network"
          + " but loopback is used. Ends with 0 only if everything was as expected, otherwise with 1"
          + " and what differed."
    },
    footer = {
      "  chancery demo",
      "  chancery demo --dialect tuf",
      "  chancery demo --keep node   # and look around in the appliance afterwards"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Surroundings surroundings;
  private final Parts parts;
  private final BiFunction<Stage, Replay, List<Attack>> attacks;

  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Make the appliance in DIR and keep it. DIR must not exist or be empty.")
  private @Nullable Path keep;

  @Option(
      names = "--dialect",
      paramLabel = "DIALECT",
      defaultValue = "notary",
      description =
          "notary, or tuf for a TUF 1.0 repository that a publisher keeps. Default:"
              + " ${DEFAULT-VALUE}.")
  private Dialect dialect = Dialect.NOTARY;

  @Option(
      names = "--tuf-js",
      paramLabel = "DIR",
      defaultValue = "target/tuf-js",
      description =
          "With --dialect tuf: where deploy/scripts/tuf-js put tuf-js, which judges the repository"
              + " at the end. Default: ${DEFAULT-VALUE}; without it nothing fails.")
  private Path tufJs = Path.of("");

  @Option(
      names = "--module",
      paramLabel = "FILE",
      description =
          "SoftHSM's PKCS#11 library. Default: libsofthsm2.so where distributions install it.")
  private @Nullable Path module;

  public DemoCommand(Surroundings surroundings, Parts parts) {
    this(surroundings, parts, Attacks::on);
  }

  DemoCommand(
      Surroundings surroundings, Parts parts, BiFunction<Stage, Replay, List<Attack>> attacks) {
    this.surroundings = surroundings;
    this.parts = parts;
    this.attacks = attacks;
  }

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    long start = System.nanoTime();
    Report report;
    if (keep == null) {
      try (ScratchDirectory scratch = ScratchDirectory.make("chancery-demo-")) {
        report = play(scratch.path().resolve("node"), false);
      }
    } else {
      report = play(surroundings.resolve(keep), true);
    }
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    if (json.wanted()) {
      json.print(report.json(seconds), surroundings.out());
    } else {
      conclude(report, seconds);
    }
    return (report.allAsExpected() ? ExitCode.OK : ExitCode.REFUSED).number();
  }

  private Report play(Path directory, boolean kept) throws IOException, GeneralSecurityException {
    return switch (dialect) {
      case NOTARY ->
          new Demo(paper(), parts, surroundings, attacks).run(directory, library(), kept);
      case TUF ->
          new TufDemo(paper(), parts, surroundings, new TufJudge(surroundings.resolve(tufJs)))
              .run(directory, library(), kept);
    };
  }

  private Paper paper() {
    return json.wanted() ? Paper.none() : new Paper(surroundings.out(), colours());
  }

  /** https://no-color.org: present and not empty, whatever its value. */
  private boolean colours() {
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return terminal && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
  }

  private Path library() {
    if (module != null) {
      return surroundings.resolve(module);
    }
    return SoftHsmLibrary.find()
        .orElseThrow(() -> new CommandException(ExitCode.UNAVAILABLE, SoftHsmLibrary.MISSING));
  }

  private void conclude(Report report, double seconds) {
    Paper paper = paper();
    paper.line("");
    paper.line(
        report.allAsExpected()
            ? paper.good("Everything was as expected.")
                + String.format(Locale.ROOT, " It took %.1f s.", seconds)
            : paper.bad("Not everything was as expected; the summary says what."));
    if (keep != null) {
      explore(paper, surroundings.resolve(keep));
    }
  }

  private static void explore(Paper paper, Path directory) {
    paper.line("");
    paper.line(
        "The appliance is kept in " + directory + ". Start it, and in another terminal look:");
    paper.line("  chancery serve " + directory);
    paper.line("  chancery keys list --dir " + directory);
    paper.line("  chancery watermarks --dir " + directory);
    paper.line("  chancery doctor " + directory);
    paper.line(
        "Its ledger ends at the recording's time, so before it signs again a person must say");
    paper.line("that the clock is right (CLOCK_UNTRUSTED until then):");
    paper.line("  chancery clock confirm --dir " + directory);
  }
}
