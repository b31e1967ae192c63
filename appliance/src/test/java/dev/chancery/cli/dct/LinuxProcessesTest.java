package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxProcessesTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private final LinuxProcesses processes = new LinuxProcesses();

  private ProcessId start(String script) throws IOException {
    return processes.start(
        new Processes.Launch(
            List.of("sh", "-c", script),
            directory,
            Map.of("PATH", "/usr/bin:/bin", "ONLY", "this"),
            directory.resolve("log")));
  }

  private void awaitEnd(ProcessId process) {
    assertTrue(Pause.REAL.until(LONG, () -> !processes.runs(process)), "it ends");
  }

  @Test
  void runsUntilItIsTerminated() throws IOException {
    ProcessId process = start("exec sleep 60");
    assertTrue(processes.runs(process));
    assertFalse(processes.runs(new ProcessId(process.pid(), "another/1")));
    processes.terminate(new ProcessId(process.pid(), "another/1"));
    processes.kill(new ProcessId(process.pid(), "another/1"));
    assertTrue(processes.runs(process), "its number alone is not enough");
    processes.terminate(process);
    awaitEnd(process);
  }

  @Test
  void whatIgnoresSigtermIsKilled() throws IOException {
    ProcessId process = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    assertTrue(Pause.REAL.until(LONG, () -> log().startsWith("ready")));
    processes.terminate(process);
    assertTrue(processes.runs(process));
    processes.kill(process);
    awaitEnd(process);
  }

  @Test
  void hasASessionOfItsOwnSoThatCtrlCDoesNotReachIt() throws IOException {
    ProcessId process = start("cut -d' ' -f6 </proc/$$/stat; exec sleep 60");
    assertTrue(Pause.REAL.until(LONG, () -> log().endsWith("\n")));
    assertEquals(String.valueOf(process.pid()), log().strip());
    assertNotEquals(ProcessHandle.current().pid(), process.pid());
    processes.terminate(process);
    awaitEnd(process);
  }

  @Test
  void seesNoMoreOfTheEnvironmentThanItIsGiven() throws IOException {
    awaitEnd(start("env | grep -v ^_= | cut -d= -f1 | sort"));
    assertEquals("ONLY\nPATH\nPWD\n", log().replaceAll("(?m)^(OLDPWD|SHLVL)\n", ""));
  }

  @Test
  void aProgramThatIsNotThereEndsAtOnceAndItsLogSaysWhy() throws IOException {
    ProcessId process =
        processes.start(
            new Processes.Launch(
                List.of("/no/such/program"),
                directory,
                Map.of("PATH", "/usr/bin:/bin"),
                directory.resolve("log")));
    awaitEnd(process);
    assertTrue(log().contains("/no/such/program"), log());
  }

  @Test
  void aDirectoryThatIsNotThereIsAFailure() {
    assertThrows(
        IOException.class,
        () ->
            processes.start(
                new Processes.Launch(
                    List.of("true"),
                    directory.resolve("none"),
                    Map.of(),
                    directory.resolve("log"))));
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return "";
    }
  }
}
