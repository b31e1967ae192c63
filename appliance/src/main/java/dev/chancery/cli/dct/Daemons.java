package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The processes of one service. Each is known by a pid file, and nobody else's is ever touched. */
final class Daemons {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;
  private final Processes processes;
  private final Pause pause;
  private final ReentrantLock starting = new ReentrantLock();

  /**
   * @param directory of the pid files
   */
  Daemons(Path directory, Processes processes, Pause pause) {
    this.directory = directory;
    this.processes = processes;
    this.pause = pause;
  }

  /** The process of the part {@code name}, if it runs. */
  Optional<ProcessId> running(String name) throws IOException {
    try {
      return ProcessId.read(Files.readString(pidFile(name), UTF_8)).filter(processes::runs);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Starts it with an empty log; the log before is kept beside it with the ending {@code .1}. */
  ProcessId start(String name, Processes.Launch launch) throws IOException {
    Path log = launch.log();
    if (Files.exists(log)) {
      Files.move(
          log,
          log.resolveSibling(log.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
    starting.lock();
    try {
      ProcessId started = processes.start(launch);
      Files.writeString(pidFile(name), started.line(), UTF_8);
      return started;
    } finally {
      starting.unlock();
    }
  }

  /**
   * From now on nothing is started any more, and whatever was has its pid file. For the moment the
   * command is told to end.
   */
  void freeze() {
    starting.lock();
  }

  /**
   * Ends it, at the latest with SIGKILL after 30 s.
   *
   * @return the process that was ended, if it ran
   */
  Optional<ProcessId> stop(String name) throws IOException {
    Optional<ProcessId> running = running(name);
    if (running.isPresent()) {
      processes.terminate(running.get());
      if (!gone(running.get())) {
        processes.kill(running.get());
        gone(running.get());
      }
    }
    Files.deleteIfExists(pidFile(name));
    return running;
  }

  private boolean gone(ProcessId process) {
    return pause.until(PATIENCE, () -> !processes.runs(process));
  }

  private Path pidFile(String name) {
    return directory.resolve(name + ".pid");
  }
}
