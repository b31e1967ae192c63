package dev.chancery.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandLineFixture.Ended;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CliTest {
  @TempDir Path directory;
  private CommandLineFixture shell = new CommandLineFixture(Path.of(""));

  @BeforeEach
  void standInTheDirectory() throws IOException {
    shell = new CommandLineFixture(directory);
    Files.createFile(directory.resolve("p11.so"));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandExplainsItself() {
    List<DynamicTest> tests = new ArrayList<>();
    CommandLine root =
        Cli.commandLine(shell.surroundings(new StringWriter(), new StringWriter()), shell.parts());
    collect(root, List.of(), tests);
    assertTrue(tests.size() >= 14, "all commands are looked at");
    return tests.stream();
  }

  private void collect(CommandLine command, List<String> path, List<DynamicTest> tests) {
    tests.add(
        DynamicTest.dynamicTest(
            command.getCommandSpec().qualifiedName(), () -> explains(command, path)));
    command
        .getSubcommands()
        .forEach(
            (name, child) -> {
              List<String> deeper = new ArrayList<>(path);
              deeper.add(name);
              collect(child, deeper, tests);
            });
  }

  private void explains(CommandLine command, List<String> path) {
    List<String> arguments = new ArrayList<>(path);
    arguments.add("--help");
    Ended help = shell.run(arguments.toArray(new String[0]));
    assertEquals(0, help.code());
    assertEquals("", help.err());
    for (String part :
        List.of("Usage:", "Description:", "Options:", "Exit codes:", "Examples:", "--help")) {
      assertTrue(help.out().contains(part), part + " in " + help.out());
    }
    assertTrue(help.out().contains(command.getCommandSpec().qualifiedName()));
    for (ExitCode code : ExitCode.values()) {
      assertTrue(help.out().contains("  " + code.number() + " "), code.name());
    }
    assertTrue(help.out().lines().allMatch(line -> line.length() <= 100), "fits a terminal");
  }

  @Test
  void aWrongCommandLineIsTwoLinesAndUsage() {
    for (String[] wrong :
        List.of(
            new String[] {},
            new String[] {"nonsense"},
            new String[] {"init"},
            new String[] {"keys"},
            new String[] {"clock"},
            new String[] {"init", "--port", "x", "a"},
            new String[] {"init", "--port", "65536", "a"},
            new String[] {"init", "--port", "9", "--probes-port", "9", "a"},
            new String[] {"init", "--label", "\u00e9", "a"},
            new String[] {"init", "--host", "a b", "a"},
            new String[] {"init", "--profile", "bench", "a"},
            new String[] {"init", "--profile", "fast", "a"},
            new String[] {"serve", "a", "--config", "b"},
            new String[] {"sign", "root", "f", "--repository", "r"},
            new String[] {"sign", "timestamp", "f"},
            new String[] {"sign", "timestamp", "f", "--repository", "r", "--keyid", "a"},
            new String[] {"keys", "show", "xyz"},
            new String[] {"rebase"},
            new String[] {"rebase", "prepare", "--out", "a"},
            new String[] {"rebase", "apply", "f"},
            new String[] {"reconcile", "a"},
            new String[] {"reconcile", "--trust-server", "https://localhost:1", "a"},
            new String[] {"reconcile", "--metadata", "b", "a"},
            new String[] {"reconcile", "--history", "-1", "--metadata", "b", "a"},
            new String[] {"watermarks", "import", "f"},
            new String[] {"dct"},
            new String[] {"dct", "up"},
            new String[] {"dct", "up", "--server-port", "x", "a"},
            new String[] {"dct", "up", "--server-port", "65536", "a"},
            new String[] {"dct", "up", "--ports-from", "65532", "a"},
            new String[] {"dct", "up", "--grpc-port", "9", "--rest-port", "9", "a"},
            new String[] {"keys", "create", "--role", "timestamp"})) {
      Ended ended = shell.run(wrong);
      String shown = String.join(" ", wrong) + ": " + ended;
      assertEquals(ExitCode.USAGE.number(), ended.code(), shown);
      assertEquals(2, ended.err().lines().count(), shown);
      assertTrue(ended.err().contains("--help'."), shown);
      assertFalse(Files.exists(directory.resolve("a")), shown);
    }
  }

  @Test
  void initMakesAnApplianceAndSaysWhatIsNext() {
    Ended ended = init("node");
    assertEquals(0, ended.code(), ended.err());
    assertTrue(ended.out().contains("chancery serve " + directory.resolve("node")));
    assertTrue(ended.out().contains("curl --cacert"));
    assertTrue(Files.isRegularFile(directory.resolve("node/chancery.yaml")));
    Ended again = init("node");
    assertEquals(ExitCode.CANNOT_CREATE.number(), again.code());
    assertTrue(again.err().contains("not empty"), again.err());
    assertEquals(1, again.err().lines().count());
  }

  @Test
  void initNeedsALibrary() {
    Ended ended = shell.run("init", "--module", "none.so", "node");
    assertEquals(ExitCode.NO_INPUT.number(), ended.code());
    assertFalse(Files.exists(directory.resolve("node")));
  }

  @Test
  void aWrongConfigurationEndsWithItsOwnCodeAndOneLine() throws IOException {
    init("node");
    Path config = directory.resolve("node/chancery.yaml");
    Files.writeString(config, Files.readString(config).replace("label:", "lable:"));
    for (String[] command :
        List.of(
            new String[] {"serve", "node"},
            new String[] {"serve", "--config", "node/chancery.yaml"},
            new String[] {"keys", "list", "--dir", "node"})) {
      Ended ended = shell.run(command);
      assertEquals(ExitCode.CONFIG.number(), ended.code(), ended.err());
      assertEquals(1, ended.err().lines().count());
      assertTrue(ended.err().contains("chancery.yaml:6:3: token.lable"), ended.err());
    }
    Ended doctor = shell.run("doctor", "node");
    assertEquals(ExitCode.REFUSED.number(), doctor.code());
    assertTrue(doctor.out().contains("token.lable"), doctor.out());
  }

  @Test
  void serveTellsWhatItCannotStartWith() {
    init("node");
    Ended ended = shell.run("serve", "node");
    assertEquals(ExitCode.UNAVAILABLE.number(), ended.code());
    assertTrue(ended.err().contains("cannot listen"), ended.err());
    shell.starter(
        (config, wall, nanoTime, warmUp) -> {
          throw new IllegalArgumentException(config.rest().key() + " holds no key");
        });
    assertEquals(ExitCode.CONFIG.number(), shell.run("serve", "node").code());
  }

  @Test
  void aDefectShowsItsStackTraceOnlyWhenAsked() {
    init("node");
    Parts.Starter broken =
        (config, wall, nanoTime, warmUp) -> {
          throw new UnsupportedOperationException("broken");
        };
    shell.starter(broken);
    Ended quiet = shell.run("serve", "node");
    assertEquals(ExitCode.INTERNAL.number(), quiet.code());
    assertEquals(1, quiet.err().lines().count());
    CommandLineFixture loud = new CommandLineFixture(directory, Map.of("CHANCERY_DEBUG", "1"));
    loud.starter(broken);
    assertTrue(loud.run("serve", "node").err().contains("\tat "));
  }

  @Test
  void theVersionIsPrinted() {
    Ended ended = shell.run("--version");
    assertEquals(0, ended.code());
    assertTrue(ended.out().startsWith("Chancery "), ended.out());
  }

  private Ended init(String name) {
    return shell.run("init", "--module", "p11.so", name);
  }
}
