package dev.chancery.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.dct.Shell.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real notary-server, docker-registry, MariaDB and notary, on free ports of loopback. */
class DctTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path service = Path.of("");
  private Shell shell = new Shell(Path.of(""));

  @BeforeEach
  void aUser() throws IOException {
    shell = new Shell(Files.createDirectory(directory.resolve("home")));
    service = directory.resolve("dct");
    for (String role : List.of("ROOT", "TARGETS", "SNAPSHOT")) {
      shell.export("NOTARY_" + role + "_PASSPHRASE", "correct horse");
    }
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (Files.exists(service.resolve("dct.properties"))) {
      shell.here("dct", "down", "--purge", service.toString());
    }
  }

  @Test
  void whatIsPrintedSignsAPublicationThatOutlivesTheService()
      throws IOException, InterruptedException {
    Ended up = succeed(shell.chancery("dct", "up", "--ports-from", "0", service.toString()));
    String paste = indented(up.out());
    String registry =
        up.out()
            .lines()
            .map(String::strip)
            .filter(l -> l.startsWith("notary init"))
            .findFirst()
            .orElseThrow()
            .replaceAll(".*(localhost:\\d+).*", "$1");
    assertFalse(Files.exists(directory.resolve("home/.docker")), "only what is pasted changes it");
    succeed(
        shell.bash(paste)); // its examples init, add, publish and verify localhost:PORT/team/app

    JsonNode status = status(0);
    assertEquals(
        List.of("database", "appliance", "docker-registry", "notary-server"), names(status));
    assertTrue(status.path("well").asBoolean(), status::toString);
    assertTrue(status.path("ready").asBoolean(), status::toString);
    String keys = succeed(shell.here("keys", "list", "--dir", service + "/appliance")).out();
    assertTrue(keys.contains(registry + "/team/app  timestamp"), keys);

    succeed(shell.here("dct", "down", service.toString()));
    assertEquals(List.of(), running(status));
    assertFalse(status(1).path("well").asBoolean());

    Ended again = succeed(shell.chancery("dct", "up", service.toString()));
    assertEquals(up.out(), again.out(), "the same ports, certificates and lines");
    Ended clean =
        succeed(
            shell.bash(
                paste.lines().filter(l -> l.startsWith("notary()")).collect(Collectors.joining())
                    + "\nrm -rf ~/.docker/trust\necho hello >hello.txt\n"
                    + "notary verify "
                    + registry
                    + "/team/app v1 <hello.txt"));
    assertEquals("hello\n", clean.out());

    JsonNode last = status(0);
    Ended purge = succeed(shell.here("dct", "down", "--purge", service.toString()));
    assertTrue(purge.out().startsWith("Stopped; removed "), purge.out());
    assertEquals(List.of(), running(last));
    assertFalse(Files.exists(service));
  }

  @Test
  void withoutADatabaseItCompletesWhatRunsInPartAndLeavesTheRestAlone()
      throws IOException, InterruptedException {
    succeed(shell.chancery("dct", "up", "--memory", "--ports-from", "0", service.toString()));
    JsonNode before = status(0);
    assertEquals(List.of("appliance", "docker-registry", "notary-server"), names(before));
    ProcessHandle.of(part(before, "docker-registry").path("pid").asLong()).orElseThrow().destroy();
    awaitStopped("docker-registry");

    succeed(shell.chancery("dct", "up", service.toString()));
    JsonNode after = status(0);
    assertEquals(part(before, "appliance").path("pid"), part(after, "appliance").path("pid"));
    assertNotEquals(
        part(before, "docker-registry").path("pid"), part(after, "docker-registry").path("pid"));
    Ended otherPorts = shell.chancery("dct", "up", "--server-port", "0", service.toString());
    assertEquals(2, otherPorts.code(), otherPorts.err());
    assertTrue(otherPorts.err().contains("keeps the ports"), otherPorts.err());
    assertEquals(part(after, "appliance"), part(status(0), "appliance"));
  }

  @Test
  void controlCInTheMiddleLeavesNothingThatDownDoesNotStop()
      throws IOException, InterruptedException {
    Process up = shell.start("dct", "up", "--memory", "--ports-from", "0", service.toString());
    Path appliance = service.resolve("run/appliance.pid");
    while (up.isAlive() && !Files.exists(appliance)) {
      Thread.sleep(5);
    }
    new ProcessBuilder("kill", "-INT", String.valueOf(up.pid())).start().waitFor();
    Ended interrupted = Shell.end(up);
    assertEquals(130, interrupted.code(), interrupted::toString);
    assertTrue(interrupted.err().contains("interrupted; what has started"), interrupted.err());
    JsonNode status = status(1);
    succeed(shell.here("dct", "down", service.toString()));
    assertEquals(List.of(), running(status));
  }

  private JsonNode status(int code) throws IOException, InterruptedException {
    Ended ended = shell.here("dct", "status", "--json", service.toString());
    assertEquals(code, ended.code(), ended::toString);
    return JSON.readTree(ended.out());
  }

  private void awaitStopped(String name) throws IOException, InterruptedException {
    while (part(status(1), name).path("running").asBoolean()) {
      Thread.sleep(100);
    }
  }

  private static Ended succeed(Ended ended) {
    assertEquals(0, ended.code(), ended::toString);
    return ended;
  }

  /** What is to be pasted is indented, and nothing else. */
  private static String indented(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("  "))
        .filter(line -> !line.contains("docker trust")) // the client may not be installed
        .map(String::strip)
        .collect(Collectors.joining("\n"));
  }

  private static List<String> names(JsonNode status) {
    return parts(status).map(part -> part.path("name").asText()).toList();
  }

  private static JsonNode part(JsonNode status, String name) {
    return parts(status)
        .filter(part -> part.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<JsonNode> parts(JsonNode status) {
    return StreamSupport.stream(status.path("parts").spliterator(), false);
  }

  /** Those of its processes that are still there. */
  private static List<Long> running(JsonNode status) {
    List<Long> running = new ArrayList<>();
    parts(status)
        .filter(part -> part.path("running").asBoolean())
        .map(part -> part.path("pid").asLong())
        .filter(DctTest::isAlive)
        .forEach(running::add);
    return running;
  }

  /** A process that ended and whose parent has not looked yet is no process any more. */
  private static boolean isAlive(long pid) {
    try {
      return !Files.readString(Path.of("/proc", String.valueOf(pid), "stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }
}
