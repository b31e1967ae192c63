package dev.chancery.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Dialect;
import dev.chancery.api.Role;
import dev.chancery.cli.CommandFixture;
import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The demo on a real token: what it shows is what its exit code stands for. */
@SoftHsmToken
class DemoTest {
  private static final Set<String> CONTROLS =
      Set.of(
          "VERSION_ROLLBACK",
          "VERSION_JUMP",
          "EXPIRY_TOO_FAR",
          "UNKNOWN_FIELD",
          "MALFORMED",
          "META_ROLLBACK",
          "SNAPSHOT_NOT_ISSUED",
          "WRONG_TYPE",
          "ROLE_NOT_ALLOWED",
          "TLS ALERT");

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

  @Test
  void theDemoOfTufSignsForAPublisherAndLetsTufJsJudge() throws Exception {
    Path tufJs = Path.of("..", "target", "tuf-js").toAbsolutePath();
    int code =
        shell.run(
            "demo",
            "--dialect",
            "tuf",
            "--tuf-js",
            tufJs.toString(),
            "--module",
            shell.freshModule());
    assertEquals(0, code, () -> shell.out() + shell.err());
    boolean judged = Files.isExecutable(tufJs.resolve("node"));
    assertEquals(
        judged, shell.out().contains("root 2, timestamp 7, snapshot 7, targets 1"), shell::out);
  }

  @Test
  void endsWithZeroAndNamesEachControlInPlainAscii() throws IOException {
    Set<Path> before = scratchDirectories();
    int code = shell.run("demo", "--module", shell.freshModule());
    assertEquals(0, code, () -> shell.out() + shell.err());
    for (String control : CONTROLS) {
      assertTrue(shell.out().contains("refused   " + control), control);
    }
    assertTrue(shell.out().contains("Everything was as expected."), shell.out());
    assertTrue(shell.out().chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), shell.out());
    assertEquals(before, scratchDirectories(), "nothing is left behind");
  }

  @Test
  void tellsMachinesTheSameInJson() throws IOException {
    assertEquals(0, shell.run("demo", "--json", "--module", shell.freshModule()), shell::err);
    JsonNode report = new ObjectMapper().readTree(shell.out());
    assertTrue(report.path("asExpected").booleanValue());
    assertEquals(14, report.path("requests").size());
    Set<String> controls = new HashSet<>();
    report.path("attacks").forEach(attack -> controls.add(attack.path("control").textValue()));
    assertEquals(CONTROLS, controls);
  }

  @Test
  void keepsTheApplianceWhenAskedAndSaysHowToGoOn() throws IOException {
    Path kept = directory.resolve("node");
    int code = shell.run("demo", "--keep", kept.toString(), "--module", shell.freshModule());
    assertEquals(0, code, shell::err);
    assertTrue(Files.isRegularFile(kept.resolve("chancery.yaml")));
    assertTrue(shell.out().contains("chancery serve " + kept), shell.out());
    assertTrue(shell.out().contains("chancery clock confirm --dir " + kept), shell.out());
  }

  @Test
  void endsWithOneAndSaysWhatDifferedWhenAnAttackIsRefusedByAnotherControl() throws IOException {
    Set<Path> before = scratchDirectories();
    int code =
        run(
            (stage, replay) -> {
              Attack rollback = Attacks.on(stage, replay).getFirst();
              return List.of(
                  new Attack(rollback.goal(), rollback.sent(), "EXPIRED", rollback.attempt()));
            });
    assertEquals(1, code, shell::out);
    assertTrue(shell.out().contains("not as expected: EXPIRED"), shell.out());
    assertFalse(shell.out().contains("Everything was as expected."), shell.out());
    assertEquals(before, scratchDirectories(), "nothing is left behind");
  }

  @Test
  void endsWithOneWhenWhatShouldBeRefusedIsSigned() throws IOException {
    int code =
        run(
            (stage, replay) ->
                List.of(
                    new Attack(
                        "have the honest request signed",
                        "it",
                        "VERSION_JUMP",
                        Attack.signature(
                            stage.trustServer(),
                            Role.TIMESTAMP,
                            replay.key(Role.TIMESTAMP),
                            replay.nextTimestamp()))));
    assertEquals(1, code, shell::out);
    assertTrue(shell.out().contains("SIGNED"), shell.out());
    assertTrue(
        shell.out().lines().anyMatch(line -> line.matches(".*during the attacks +1 +expected 0")),
        shell.out());
  }

  private int run(BiFunction<Stage, Replay, List<Attack>> attacks) throws IOException {
    DemoCommand command = new DemoCommand(shell.surroundings(), CommandFixture.parts(), attacks);
    return new CommandLine(command)
        .registerConverter(Dialect.class, Dialect::of)
        .execute("--module", shell.freshModule());
  }

  private static Set<Path> scratchDirectories() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return new HashSet<>(
          entries
              .filter(each -> each.getFileName().toString().startsWith("chancery-demo-"))
              .toList());
    }
  }
}
