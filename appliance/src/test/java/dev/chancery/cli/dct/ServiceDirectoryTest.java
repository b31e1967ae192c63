package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceDirectoryTest {
  private static final Settings SETTINGS = new Settings(new Ports(1, 2, 3, 4, 5), true);

  @TempDir private Path directory;

  @Test
  void keepsItsSettingsAndIsItsOwnersAlone() throws IOException {
    ServiceDirectory made = ServiceDirectory.make(directory.resolve("a/b"), SETTINGS);
    assertEquals(SETTINGS, ServiceDirectory.existing(made.path()).settings());
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.path())));
  }

  @Test
  void takesAnEmptyDirectoryAndNoOther() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertTrue(ServiceDirectory.isService(ServiceDirectory.make(empty, SETTINGS).path()));
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.createFile(full.resolve("mine"));
    for (Path taken : new Path[] {full, full.resolve("mine")}) {
      CommandException refused =
          assertThrows(CommandException.class, () -> ServiceDirectory.make(taken, SETTINGS));
      assertEquals(ExitCode.CANNOT_CREATE, refused.exitCode());
    }
    assertFalse(ServiceDirectory.isService(full));
  }

  @Test
  void refusesADirectoryWhoseSocketWouldHaveTooLongAName() throws IOException {
    int root = directory.toString().length() + 1;
    Path longest = directory.resolve("x".repeat(80 - root));
    ServiceDirectory.make(longest, SETTINGS);
    Path tooLong = directory.resolve("y".repeat(81 - root));
    assertThrows(CommandException.class, () -> ServiceDirectory.make(tooLong, SETTINGS));
    assertFalse(Files.exists(tooLong));
  }

  @Test
  void removesWhatItMadeAndFollowsNoLink() throws IOException {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.createFile(foreign.resolve("kept"));
    ServiceDirectory made = ServiceDirectory.make(directory.resolve("service"), SETTINGS);
    made.write("deep/file", "x");
    Files.createSymbolicLink(made.resolve("link"), foreign);
    made.purge();
    assertFalse(Files.exists(made.path()));
    assertTrue(Files.exists(foreign.resolve("kept")));
  }

  @Test
  void nothingThatItDidNotMakeIsAService() {
    CommandException refused =
        assertThrows(CommandException.class, () -> ServiceDirectory.existing(directory));
    assertEquals(ExitCode.NO_INPUT, refused.exitCode());
  }

  @Test
  void oneCommandAtATime() throws IOException {
    ServiceDirectory made = ServiceDirectory.make(directory.resolve("service"), SETTINGS);
    try (FileChannel _ = made.lock()) {
      assertThrows(CommandException.class, made::lock);
    }
    made.lock().close();
  }

  @Test
  void settingsThatSomebodyChangedForTheWorseAreNamed() throws IOException {
    Path file = directory.resolve("dct.properties");
    for (String[] edit : new String[][] {{"=4", "=four"}, {"=4", "=3"}, {"restPort=4\n", ""}}) {
      Files.writeString(file, SETTINGS.text().replace(edit[0], edit[1]));
      CommandException refused =
          assertThrows(CommandException.class, () -> Settings.load(file), edit[1]);
      assertEquals(ExitCode.CONFIG, refused.exitCode());
    }
  }
}
