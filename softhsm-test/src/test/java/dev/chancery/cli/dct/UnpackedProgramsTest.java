package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real packages, from the mirror this machine uses, on a system that has none of them. */
@Tag("nightly")
class UnpackedProgramsTest {
  @TempDir private Path directory;

  @Test
  void runFromWhereTheyWereUnpacked() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    List<String> progress = new ArrayList<>();
    Packages packages =
        new Packages(empty, directory.resolve("packages"), Tool.REAL, progress::add);
    Settings settings = new Settings(new Ports(1, 2, 3, 4, 5), false);
    packages.ensure(Stack.programs(settings));
    Map<String, String> versions =
        Map.of(
            "notary", "Version:",
            "notary-server", "notary-server",
            "docker-registry", "docker-registry",
            "mariadbd", "MariaDB");
    for (Map.Entry<String, String> each : versions.entrySet()) {
      Path program = packages.find(each.getKey()).orElseThrow();
      assertTrue(packages.isUnpacked(program), program::toString);
      String libraries =
          packages.libraries().stream().map(Path::toString).collect(Collectors.joining(":"));
      String option =
          switch (each.getKey()) {
            case "notary" -> "version";
            case "notary-server" -> "-version";
            default -> "--version";
          };
      Tool.Ended ended =
          Tool.REAL.run(
              directory,
              List.of("env", "LD_LIBRARY_PATH=" + libraries, program.toString(), option));
      assertEquals(0, ended.code(), ended::output);
      assertTrue(ended.output().contains(each.getValue()), ended::output);
    }
    assertEquals(1, progress.size(), progress::toString);
  }
}
