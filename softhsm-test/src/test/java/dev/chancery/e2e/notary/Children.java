package dev.chancery.e2e.notary;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Processes of these tests. None outlives the JVM, even if it is told to stop in the middle. */
final class Children {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private Children() {}

  /** Starts a process whose output, both streams, is added to {@code log}. */
  static Process start(ProcessBuilder command, Path log) {
    return start(command.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
  }

  private static Process start(ProcessBuilder command) {
    try {
      Process process = command.redirectErrorStream(true).start();
      RUNNING.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, and SIGKILL where that does not help; returns when the process is gone. */
  static void end(Process process) {
    process.destroy();
    if (!ended(process, GRACE)) {
      kill(process);
    }
    RUNNING.remove(process);
  }

  /** SIGKILL; returns when the process is gone. */
  static void kill(Process process) {
    process.destroyForcibly();
    if (!ended(process, GRACE)) {
      throw new IllegalStateException("process " + process.pid() + " does not end");
    }
    RUNNING.remove(process);
  }

  private static boolean ended(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process ended", e);
    }
  }

  /** A command run to its end, with what it said on both streams. */
  record Outcome(String command, int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }

    @Override
    public String toString() {
      return command + "\n" + output + "(exit code " + exitCode + ")";
    }
  }

  /**
   * Runs a command to its end; it is killed if it takes longer than {@code limit}.
   *
   * @param input what it reads on its standard input, UTF-8
   */
  static Outcome run(ProcessBuilder command, byte[] input, Duration limit) {
    String words = String.join(" ", command.command());
    Path in = temporary(input);
    Path out = temporary(new byte[0]);
    try {
      Process process = start(command.redirectInput(in.toFile()).redirectOutput(out.toFile()));
      if (!ended(process, limit)) {
        kill(process);
        return new Outcome(words, -1, Files.readString(out) + "(killed after " + limit + ")\n");
      }
      RUNNING.remove(process);
      return new Outcome(words, process.exitValue(), Files.readString(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(in.toFile());
      delete(out.toFile());
    }
  }

  private static Path temporary(byte[] content) {
    try {
      return Files.write(Files.createTempFile("chancery-e2e", ".io"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(File file) {
    if (!file.delete()) {
      throw new IllegalStateException("cannot delete " + file);
    }
  }
}
