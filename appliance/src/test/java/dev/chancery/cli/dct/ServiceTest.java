package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
  @TempDir private Path directory;
  private final FakeProcesses processes = new FakeProcesses();
  private final Map<String, String> problems = new HashMap<>();
  private final List<String> progress = new ArrayList<>();

  private Part part(String name) {
    return new Part(
        name,
        "address of " + name,
        Map.of(),
        new Processes.Launch(List.of(name), directory, Map.of(), directory.resolve(name + ".log")),
        () -> Optional.ofNullable(problems.get(name)));
  }

  private Daemons daemons() {
    return new Daemons(directory, processes, (patience, condition) -> condition.getAsBoolean());
  }

  private Service service(String... firstWave) {
    List<Part> first = List.of(firstWave).stream().map(this::part).toList();
    return new Service(
        List.of(first, List.of(part("server"))),
        daemons(),
        (patience, condition) -> condition.getAsBoolean(),
        progress::add);
  }

  @Test
  void startsInOrderAndStopsInTheReverse() throws IOException {
    Service service = service("database", "registry");
    service.up();
    assertEquals(
        List.of(
            "database is up: address of database",
            "registry is up: address of registry",
            "server is up: address of server"),
        progress);
    assertTrue(service.states().stream().allMatch(Service.State::isWell));
    assertEquals(List.of("server", "registry", "database"), service.down());
    assertEquals(
        List.of(
            "start database",
            "start registry",
            "start server",
            "terminate server",
            "terminate registry",
            "terminate database"),
        processes.events());
  }

  @Test
  void doesNothingTwice() throws IOException {
    service("database").up();
    service("database").up();
    assertEquals(List.of("start database", "start server"), processes.events());
    service("database").down();
    assertEquals(List.of(), service("database").down());
  }

  @Test
  void completesWhatRunsInPart() throws IOException {
    service("database").up();
    daemons().stop("database");
    service("database").up();
    assertEquals(
        List.of("start database", "start server", "terminate database", "start database"),
        processes.events());
  }

  @Test
  void aPartThatEndsAtOnceShowsTheLastLinesOfItsLog() {
    processes.shortLived("database");
    CommandException failed = assertThrows(CommandException.class, () -> service("database").up());
    assertEquals(ExitCode.UNAVAILABLE, failed.exitCode());
    assertTrue(
        String.valueOf(failed.getMessage())
            .startsWith("database ended as soon as it was started; the lines above"),
        failed.getMessage());
    assertEquals(12, progress.size());
    assertEquals("  line 9", progress.getFirst());
    assertEquals("  line 20", progress.getLast());
    assertFalse(processes.events().contains("start server"), "nothing that needs it is started");
  }

  @Test
  void aPartThatDoesNotBecomeWellIsNamedWithItsProblemAndGoesOnRunning() throws IOException {
    problems.put("database", "no handshake");
    CommandException failed = assertThrows(CommandException.class, () -> service("database").up());
    assertTrue(
        String.valueOf(failed.getMessage())
            .startsWith("database runs, but is not well: no handshake"),
        failed.getMessage());
    assertEquals("waiting for database: no handshake", progress.getFirst());
    Service.State state = service("database").states().getFirst();
    assertTrue(state.process().isPresent());
    assertFalse(state.isWell());
  }

  @Test
  void aStoppedPartIsNotAskedHowItIs() throws IOException {
    problems.put("database", "connection refused");
    Service.State state = service("database").states().getFirst();
    assertEquals(Optional.empty(), state.problem());
    assertFalse(state.isWell());
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    CommandException failed = assertThrows(CommandException.class, () -> service("missing").up());
    assertEquals("missing cannot be started: no such program", failed.getMessage());
  }
}
