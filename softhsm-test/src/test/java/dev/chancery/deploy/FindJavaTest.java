package dev.chancery.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the launchers choose a Java, with homes that only look like one. */
class FindJavaTest {
  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"25", "25.0.3", "26-ea", "101.2"})
  void takesJavaHomeWhenItIsNewEnough(String version) throws Exception {
    Path home = javaHome("home of " + version, version, "java", "javac");
    assertEquals(new Command(0, home + "\n"), findJdk(home));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"24.9.9", "17.0.15", "1.8.0_402", "unknown"})
  void passesOverJavaHomeWhenItIsOlderOrDoesNotSay(String version) throws Exception {
    Path home = javaHome("old", version, "java", "javac");
    assertNotEquals(home + "\n", findJdk(home).output());
  }

  @Test
  void buildsWithACompilerOnlyButRunsWithoutOne() throws Exception {
    Path home = javaHome("runtime", "25.0.3", "java");
    assertNotEquals(home + "\n", findJdk(home).output());
    assertEquals(new Command(0, home + "\n"), Command.run(environment(home), script().toString()));
  }

  @Test
  void saysInOneLineWhatToInstallWhereThereIsNone() throws Exception {
    // Only what stands before the search of the machine's usual folders can be kept from it here.
    String searchesNothing =
        Files.readString(script()).replaceFirst("(?s)for home in .*?done\n", "");
    Path copy = folder.resolve("find-java");
    Files.writeString(copy, searchesNothing);
    Command none =
        Command.run(
            Map.of("JAVA_HOME", folder.toString(), "PATH", folder.toString()),
            "/bin/sh",
            copy.toString(),
            "--jdk");
    assertEquals(69, none.exitCode());
    assertTrue(none.output().startsWith("chancery: needs a JDK 25 or newer; "), none.output());
    assertEquals(1, none.output().lines().count());
  }

  private static Path script() {
    return Command.DEPLOY.resolve("bin/find-java");
  }

  private static Command findJdk(Path javaHome) throws Exception {
    return Command.run(environment(javaHome), script().toString(), "--jdk");
  }

  private static Map<String, String> environment(Path javaHome) {
    return Map.of("JAVA_HOME", javaHome.toString());
  }

  private Path javaHome(String name, String version, String... tools) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    for (String tool : tools) {
      Files.createFile(
          home.resolve("bin").resolve(tool),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    return home;
  }
}
