package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** apt-get and dpkg-deb are played; their output is what Debian 12 prints. */
class PackagesTest {
  private static final Packages.Program SERVER = new Packages.Program("notary-server", "notary");
  private static final Packages.Program CLIENT = new Packages.Program("notary", "notary");
  private static final Packages.Program DATABASE =
      new Packages.Program("mariadbd", "mariadb-server-core");

  private static final String SIMULATION =
      """
      NOTE: This is only a simulation!
      Inst libaio1 (0.3.113-4 Debian:12.15/oldstable [amd64])
      Inst libc6 [2.36-9] (2.36-9+deb12u14 Debian:12.15/oldstable [amd64])
      Inst mariadb-server-core (1:10.11.19-0+deb12u1 Debian-Security:12/oldstable [amd64])
      Conf libaio1 (0.3.113-4 Debian:12.15/oldstable [amd64])
      """;

  @TempDir private Path directory;
  private final List<String> calls = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private Path system = Path.of("/");
  private boolean listsAreThere = true;
  private boolean online = true;
  private boolean diskFull;

  @BeforeEach
  void anEmptySystem() throws IOException {
    system = Files.createDirectory(directory.resolve("system"));
  }

  private Packages packages() {
    return new Packages(system, directory.resolve("packages"), this::play, progress::add);
  }

  private Tool.Ended play(Path in, List<String> command) throws IOException {
    assertTrue(Files.isDirectory(in));
    boolean ownLists = command.stream().anyMatch(each -> each.startsWith("Dir::State::lists="));
    calls.add(
        command.getFirst()
            + (ownLists ? " with own lists" : "")
            + " "
            + String.join(" ", command.subList(command.size() - 2, command.size())));
    if (command.getFirst().equals("dpkg-deb")) {
      unpack(Path.of(command.getLast()));
      return diskFull ? new Tool.Ended(2, "no space left on device") : new Tool.Ended(0, "");
    }
    if (command.contains("update")) {
      return online ? new Tool.Ended(0, "") : new Tool.Ended(100, "E: no network");
    }
    if (!listsAreThere && !ownLists) {
      return new Tool.Ended(100, "E: Unable to locate package notary");
    }
    if (command.contains("download")) {
      Files.writeString(in.resolve("one.deb"), "");
      return new Tool.Ended(0, "");
    }
    return new Tool.Ended(0, SIMULATION);
  }

  private static void unpack(Path root) throws IOException {
    for (String program : List.of("usr/bin/notary-server", "usr/bin/notary", "usr/sbin/mariadbd")) {
      install(root, program);
    }
    Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
  }

  private static void install(Path root, String program) throws IOException {
    Path file = root.resolve(program);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void whatIsInstalledIsTakenAsItIs() throws IOException {
    install(system, "usr/bin/notary-server");
    install(system, "usr/sbin/mariadbd");
    packages().ensure(List.of(SERVER, DATABASE));
    assertEquals(List.of(), calls);
    Path found = packages().find("mariadbd").orElseThrow();
    assertEquals(system.resolve("usr/sbin/mariadbd"), found);
    assertFalse(packages().isUnpacked(found));
  }

  @Test
  void whatIsMissingIsUnpackedAndNeverInstalled() throws IOException {
    install(system, "usr/bin/notary-server");
    packages().ensure(List.of(SERVER, DATABASE));
    Path archives = directory.resolve("packages/archives");
    assertEquals(
        List.of(
            "apt-get --no-install-recommends mariadb-server-core",
            "apt-get libaio1=0.3.113-4 mariadb-server-core=1:10.11.19-0+deb12u1",
            "dpkg-deb "
                + archives.resolve("one.deb")
                + " "
                + directory.resolve("packages/root.new")),
        calls);
    Path found = packages().find("mariadbd").orElseThrow();
    assertTrue(packages().isUnpacked(found));
    assertEquals(system.resolve("usr/bin/notary-server"), packages().find("notary-server").get());
    assertEquals(
        List.of(packages().root().resolve("usr/lib/x86_64-linux-gnu")), packages().libraries());
    assertFalse(Files.exists(archives), "the archives are not kept");
    packages().ensure(List.of(SERVER, DATABASE));
    assertEquals(3, calls.size(), "once is enough");
  }

  @Test
  void withoutPackageListsItReadsItsOwnSinceOnlyRootMayRenewTheSystems() throws IOException {
    listsAreThere = false;
    packages().ensure(List.of(SERVER, CLIENT));
    assertEquals(5, calls.size(), calls.toString());
    assertTrue(calls.get(1).startsWith("apt-get with own lists "), calls.get(1));
    assertTrue(calls.get(1).endsWith(" update"), calls.get(1));
    assertTrue(calls.get(3).startsWith("apt-get with own lists libaio1="), calls.get(3));
    assertFalse(Files.exists(directory.resolve("packages/apt")), "the lists are not kept");
  }

  @Test
  void withoutANetworkItSaysWhatToInstall() {
    listsAreThere = false;
    online = false;
    CommandException failed =
        assertThrows(
            CommandException.class, () -> packages().ensure(List.of(SERVER, CLIENT, DATABASE)));
    assertEquals(ExitCode.UNAVAILABLE, failed.exitCode());
    assertTrue(
        String.valueOf(failed.getMessage())
            .endsWith("(apt-get install notary mariadb-server-core) and run this again"),
        failed.getMessage());
    assertEquals("E: no network", progress.getLast());
  }

  @Test
  void whatWasUnpackedInPartIsNotUsed() throws IOException {
    diskFull = true;
    assertThrows(CommandException.class, () -> packages().ensure(List.of(DATABASE)));
    assertEquals(Optional.empty(), packages().find("mariadbd"));
    diskFull = false;
    packages().ensure(List.of(DATABASE));
    assertTrue(packages().find("mariadbd").isPresent());
  }

  @Test
  void aPackageWithoutTheProgramIsNamed() {
    CommandException failed =
        assertThrows(
            CommandException.class,
            () -> packages().ensure(List.of(new Packages.Program("podman", "podman-remote"))));
    assertTrue(String.valueOf(failed.getMessage()).contains("podman-remote"), failed.getMessage());
  }
}
