package dev.chancery.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.cli.CommandFixture;
import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the bench measures something; how fast it is, is not for a test to say. */
@SoftHsmToken
class BenchTest {
  @TempDir private Path directory;
  private CommandFixture shell;

  @BeforeEach
  void open(SoftHsm token) {
    shell = new CommandFixture(directory, token);
  }

  @AfterEach
  void close() {
    shell.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"notary", "tuf"})
  void measuresAServerInAProcessOfItsOwn(String dialect) throws IOException {
    int code =
        shell.run(
            "bench",
            "--workers=1",
            "--seconds=1",
            "--warmup=0",
            "--first=1",
            "--server-warm-up=1",
            "--repositories=2",
            "--dialect",
            dialect,
            "--json",
            "--module",
            shell.freshModule());
    assertEquals(0, code, shell::err);
    JsonNode report = new ObjectMapper().readTree(shell.out());
    assertTrue(report.path("rawPerSecondTwoThreads").path(0).doubleValue() > 0, shell::out);
    assertTrue(report.path("listeningMillis").doubleValue() > 0, shell::out);
    JsonNode load = report.path("loads").path(0);
    assertTrue(load.path("signaturesPerSecond").doubleValue() > 0, shell::out);
    assertTrue(
        load.path("p50Millis").doubleValue() <= load.path("p999Millis").doubleValue(), shell::out);
    assertTrue(load.path("serverCpuMicros").doubleValue() > 0, shell::out);
    assertTrue(load.path("residentMiB").longValue() > 0, shell::out);
  }

  @Test
  void refusesALabelThatABenchTokenMustNotHave() {
    assertEquals(2, shell.run("bench", "--label", "online"));
    assertTrue(shell.err().contains("--label"), shell.err());
  }

  @Test
  void refusesFewerRepositoriesThanWorkers() {
    assertEquals(2, shell.run("bench", "--workers", "8", "--repositories", "7"));
    assertTrue(shell.err().contains("at least as many as workers, 8"), shell.err());
  }
}
