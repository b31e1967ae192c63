package dev.chancery.cli.dct;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Programs of Debian packages. One that is installed is taken as it is; what is missing is
 * downloaded and unpacked into a directory. Nothing is installed, so no script of a package runs,
 * no service of a package starts, and nobody needs to be root.
 */
final class Packages {
  /**
   * A new package in the simulation of apt-get; one that would only be upgraded has a [version].
   */
  private static final Pattern NEW = Pattern.compile("(?m)^Inst (\\S+) \\((\\S+) ");

  private static final List<String> PROGRAM_PLACES =
      List.of("usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin");
  private static final List<String> LIBRARY_PLACES = List.of("usr/lib", "lib");

  private final Path system;
  private final Path directory;
  private final Tool tool;
  private final Consumer<String> progress;

  /** A program, and the package that has it. */
  record Program(String name, String of) {}

  /**
   * @param system where installed programs are looked for: {@code /}
   * @param directory for what is unpacked; made when it is needed
   */
  Packages(Path system, Path directory, Tool tool, Consumer<String> progress) {
    this.system = system;
    this.directory = directory;
    this.tool = tool;
    this.progress = progress;
  }

  /** Those of the service in {@code home}, on this machine. */
  static Packages of(ServiceDirectory home, Consumer<String> progress) {
    return new Packages(Path.of("/"), home.resolve("packages"), Tool.REAL, progress);
  }

  /**
   * Sees to it that all these programs are there.
   *
   * @throws CommandException if one cannot be had, with what to do
   */
  void ensure(List<Program> programs) throws IOException {
    List<Program> absent =
        programs.stream().filter(each -> in(system, each.name()).isEmpty()).toList();
    if (absent.stream().allMatch(each -> in(root(), each.name()).isPresent())) {
      return;
    }
    List<String> packages = absent.stream().map(Program::of).distinct().toList();
    String names = String.join(" ", packages);
    progress.accept("downloading and unpacking " + names + " (apt-get; nothing is installed) ...");
    try {
      unpack(packages);
    } catch (IOException e) {
      progress.accept(String.valueOf(e.getMessage()));
      throw cannot(names, "the lines above say why", e);
    }
    for (Program program : absent) {
      if (in(root(), program.name()).isEmpty()) {
        throw cannot(program.of(), "the one there is has no program " + program.name(), null);
      }
    }
  }

  /** The program {@code name}, installed or unpacked. */
  Optional<Path> find(String name) {
    return in(system, name).or(() -> in(root(), name));
  }

  private static Optional<Path> in(Path root, String name) {
    return PROGRAM_PLACES.stream()
        .map(place -> root.resolve(place).resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Whether it is one that was unpacked here. */
  boolean isUnpacked(Path program) {
    return program.startsWith(root());
  }

  /** What was unpacked, as a system's root directory has it. */
  Path root() {
    return directory.resolve("root");
  }

  /** Where unpacked libraries lie, for LD_LIBRARY_PATH. */
  List<Path> libraries() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String place : LIBRARY_PLACES) {
      Path libraries = root().resolve(place);
      if (Files.isDirectory(libraries)) {
        try (Stream<Path> entries = Files.list(libraries)) {
          entries.filter(each -> each.toString().contains("-linux-gnu")).forEach(found::add);
        }
      }
    }
    return found;
  }

  private void unpack(List<String> packages) throws IOException {
    Path archives = Files.createDirectories(directory.resolve("archives"));
    List<String> own = List.of();
    Tool.Ended plan = simulate(own, packages);
    boolean got = plan.code() == 0 && download(own, plan, packages).code() == 0;
    if (!got) {
      // The system's package lists are missing or old. Only root may renew those; ours we may.
      own = ownLists();
      succeed(apt(own, "update", List.of()));
      succeed(download(own, succeed(simulate(own, packages)), packages));
    }
    Path fresh = directory.resolve("root.new");
    Trees.remove(fresh);
    try (Stream<Path> files = Files.list(archives)) {
      for (Path archive : files.filter(each -> each.toString().endsWith(".deb")).toList()) {
        succeed(
            tool.run(archives, List.of("dpkg-deb", "-x", archive.toString(), fresh.toString())));
      }
    }
    Trees.remove(root());
    Files.move(fresh, root(), StandardCopyOption.ATOMIC_MOVE);
    Trees.remove(archives);
    Trees.remove(directory.resolve("apt"));
  }

  private Tool.Ended simulate(List<String> options, List<String> packages) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--simulate", "--no-install-recommends"));
    arguments.addAll(packages);
    return apt(options, "install", arguments);
  }

  private Tool.Ended apt(List<String> options, String action, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
    command.addAll(options);
    // Our directory is closed to the user that apt-get would download as.
    command.addAll(List.of("-o", "APT::Sandbox::User=root", action));
    command.addAll(arguments);
    return tool.run(directory.resolve("archives"), command);
  }

  private List<String> ownLists() throws IOException {
    Path lists = Files.createDirectories(directory.resolve("apt/lists/partial")).getParent();
    Path cache = directory.resolve("apt/cache");
    Files.createDirectories(cache.resolve("archives/partial"));
    return List.of("-o", "Dir::State::lists=" + lists, "-o", "Dir::Cache=" + cache);
  }

  /** Packages that are installed are taken as they are, unless there are no others. */
  private Tool.Ended download(List<String> options, Tool.Ended simulation, List<String> packages)
      throws IOException {
    List<String> missing =
        NEW.matcher(simulation.output()).results().map(Packages::nameAndVersion).toList();
    return apt(options, "download", missing.isEmpty() ? packages : missing);
  }

  private static String nameAndVersion(MatchResult line) {
    return line.group(1) + "=" + line.group(2);
  }

  private static Tool.Ended succeed(Tool.Ended ended) throws IOException {
    if (ended.code() != 0) {
      throw new IOException(ended.output().strip());
    }
    return ended;
  }

  private static CommandException cannot(String packages, String why, @Nullable Throwable cause) {
    return new CommandException(
        ExitCode.UNAVAILABLE,
        "cannot get the Debian packages "
            + packages
            + ": "
            + why
            + "; install them (apt-get install "
            + packages
            + ") and run this again",
        cause);
  }
}
