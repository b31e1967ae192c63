package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import dev.chancery.cli.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Starts, stops and looks at the parts of one service. */
final class Service {
  /** A notary-server that lost its signer tries again at the latest after two minutes. */
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  private static final Duration UNEVENTFUL = Duration.ofSeconds(15);
  private static final int LAST_LINES = 12;

  private final List<List<Part>> waves;
  private final Daemons daemons;
  private final Pause pause;
  private final Consumer<String> progress;

  /**
   * How one part is.
   *
   * @param process if it runs
   * @param problem what is wrong with it, in one line, if it runs and is not well
   */
  record State(Part part, Optional<ProcessId> process, Optional<String> problem) {
    boolean isWell() {
      return process.isPresent() && problem.isEmpty();
    }
  }

  /**
   * @param waves all parts; each needs only those of earlier lists
   * @param progress takes lines for the person at the terminal
   */
  Service(List<List<Part>> waves, Daemons daemons, Pause pause, Consumer<String> progress) {
    this.waves = waves;
    this.daemons = daemons;
    this.pause = pause;
    this.progress = progress;
  }

  /** The service in {@code home}, on this machine. */
  static Service of(ServiceDirectory home, Surroundings surroundings) throws IOException {
    Consumer<String> progress = surroundings.err()::println;
    Stack stack =
        new Stack(home, home.settings(), Packages.of(home, progress), surroundings.environment());
    return new Service(
        stack.waves(),
        new Daemons(home.directory("run"), new LinuxProcesses(), Pause.REAL),
        Pause.REAL,
        progress);
  }

  /**
   * Starts what does not run, and returns when all parts are well.
   *
   * @throws CommandException if one does not become well; what runs goes on running
   */
  void up() throws IOException {
    for (List<Part> wave : waves) {
      for (Part part : wave) {
        if (daemons.running(part.name()).isEmpty()) {
          start(part);
        }
      }
      for (Part part : wave) {
        await(part);
      }
    }
  }

  private void start(Part part) throws IOException {
    try {
      daemons.start(part.name(), part.launch());
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, part.name() + " cannot be started: " + e.getMessage(), e);
    }
  }

  private void await(Part part) throws IOException {
    BooleanSupplier decided = () -> !running(part) || part.health().problem().isEmpty();
    if (!pause.until(UNEVENTFUL, decided)) {
      state(part)
          .problem()
          .ifPresent(problem -> progress.accept("waiting for " + part.name() + ": " + problem));
      pause.until(PATIENCE, decided);
    }
    State state = state(part);
    if (state.isWell()) {
      progress.accept(part.name() + " is up: " + part.address());
      return;
    }
    Path log = part.launch().log();
    lastLines(log).forEach(line -> progress.accept("  " + line));
    throw new CommandException(
        ExitCode.UNAVAILABLE,
        part.name()
            + state
                .problem()
                .map(problem -> " runs, but is not well: " + problem)
                .orElse(" ended as soon as it was started")
            + "; the lines above are the last of "
            + log);
  }

  private boolean running(Part part) {
    try {
      return daemons.running(part.name()).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lastLines(Path log) throws IOException {
    try {
      // Programs may log anything; bytes that are no UTF-8 must not hide the reason.
      List<String> lines = new String(Files.readAllBytes(log), UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** How all parts are, in the order they are started. */
  List<State> states() throws IOException {
    List<State> states = new ArrayList<>();
    for (List<Part> wave : waves) {
      for (Part part : wave) {
        states.add(state(part));
      }
    }
    return states;
  }

  private State state(Part part) throws IOException {
    Optional<ProcessId> process = daemons.running(part.name());
    return new State(
        part, process, process.isPresent() ? part.health().problem() : Optional.empty());
  }

  /**
   * Stops what runs, in the reverse of the order it is started in.
   *
   * @return the names of the parts that ran
   */
  List<String> down() throws IOException {
    List<String> stopped = new ArrayList<>();
    for (List<Part> wave : waves.reversed()) {
      for (Part part : wave.reversed()) {
        Optional<ProcessId> process = daemons.stop(part.name());
        if (process.isPresent()) {
          stopped.add(part.name());
          progress.accept("stopped " + part.name() + " (pid " + process.get().pid() + ")");
        }
      }
    }
    return stopped;
  }
}
