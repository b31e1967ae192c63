package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonsTest {
  @TempDir private Path directory;
  private final FakeProcesses processes = new FakeProcesses();

  private Daemons daemons() {
    return new Daemons(directory, processes, (patience, condition) -> condition.getAsBoolean());
  }

  private Processes.Launch launch(String name) {
    return new Processes.Launch(
        List.of(name), directory, Map.of(), directory.resolve(name + ".log"));
  }

  @Test
  void whatWasStartedIsKnownToTheNextCommand() throws IOException {
    ProcessId started = daemons().start("server", launch("server"));
    assertEquals(Optional.of(started), daemons().running("server"));
    assertEquals(Optional.empty(), daemons().running("registry"));
  }

  @Test
  void aNumberThatWasUsedAgainIsNeverSignalled() throws IOException {
    ProcessId started = daemons().start("server", launch("server"));
    Files.writeString(
        directory.resolve("server.pid"), new ProcessId(started.pid(), "boot/99").line());
    assertEquals(Optional.empty(), daemons().running("server"));
    assertEquals(Optional.empty(), daemons().stop("server"));
    assertEquals(List.of("start server"), processes.events());
    assertTrue(processes.runs(started));
  }

  @Test
  void aPidFileWithSomethingElseInItNamesNobody() throws IOException {
    for (String text : List.of("", "1", "1 \n", "-1 boot/1", "1 boot/1 more", "x boot/1")) {
      Files.writeString(directory.resolve("server.pid"), text);
      assertEquals(Optional.empty(), daemons().running("server"), text);
    }
  }

  @Test
  void stoppingAsksFirst() throws IOException {
    ProcessId started = daemons().start("server", launch("server"));
    assertEquals(Optional.of(started), daemons().stop("server"));
    assertEquals(List.of("start server", "terminate server"), processes.events());
    assertFalse(Files.exists(directory.resolve("server.pid")));
  }

  @Test
  void whatDoesNotEndIsKilled() throws IOException {
    processes.stubborn("server");
    daemons().start("server", launch("server"));
    daemons().stop("server");
    assertEquals(List.of("start server", "terminate server", "kill server"), processes.events());
  }

  @Test
  void theLogOfTheRunBeforeIsKept() throws IOException {
    daemons().start("server", launch("server"));
    daemons().stop("server");
    daemons().start("server", launch("server"));
    assertEquals("run 2\n", Files.readString(directory.resolve("server.log")));
    assertEquals("run 1\n", Files.readString(directory.resolve("server.log.1")));
  }
}
