package dev.chancery.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * systemd's own opinion of the unit; it warns about what it does not know and exits 0 all the same.
 */
class SystemdUnitTest {
  private static final Path UNIT = Command.DEPLOY.resolve("systemd/chancery.service");

  @TempDir private Path folder;

  @Test
  void systemdFindsNothingToSayAgainstTheUnit() throws Exception {
    assertEquals(new Command(0, ""), verify(unit()));
  }

  @Test
  void systemdWouldHaveNamedAMisspeltSetting() throws Exception {
    Command verdict = verify(unit().replace("UMask=", "UMsk="));
    assertTrue(verdict.output().contains("UMsk"), verdict.output());
  }

  @Test
  void theUnitStartsTheLauncherOfTheAssembledCopy() throws IOException {
    String start =
        unit().lines().filter(line -> line.startsWith("ExecStart=")).findFirst().orElse("");
    assertTrue(start.startsWith("ExecStart=/opt/chancery/bin/chancery serve "), start);
    assertTrue(Files.isExecutable(Command.DEPLOY.resolve("bin/chancery")));
  }

  private static String unit() throws IOException {
    return Files.readString(UNIT);
  }

  /** Verifies {@code unit} with a program that is there: /opt/chancery is not, on most machines. */
  private Command verify(String unit) throws Exception {
    assumeTrue(
        Command.isInstalled("systemd-analyze"), "systemd-analyze is not installed on this machine");
    Path copy = folder.resolve("chancery.service");
    Files.writeString(copy, unit.replaceFirst("ExecStart=\\S+", "ExecStart=/bin/true"));
    return Command.run(Map.of(), "systemd-analyze", "verify", "--man=no", copy.toString());
  }
}
