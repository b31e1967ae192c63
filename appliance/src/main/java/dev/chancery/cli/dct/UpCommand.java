package dev.chancery.cli.dct;

import dev.chancery.cli.ExitCode;
import dev.chancery.cli.JsonOption;
import dev.chancery.cli.Parts;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.SoftHsmLibrary;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery dct up [DIR]}. */
@Command(
    name = "up",
    header = "Make the service if it is not there, start what does not run, say how to use it",
    description = {
      "",
      "The first time it makes in DIR: an appliance, as 'chancery init' does (appliance/); an"
          + " authority and a certificate for notary-server (tls/); a database for notary-server's"
          + " documents (database/). Then it starts the database, the appliance, docker-registry and"
          + " notary-server, each in the background with a log in log/, and waits until each is"
          + " well. Whatever runs already is left alone. Everything listens on 127.0.0.1 only.",
      "",
      "Programs that Debian's packages notary, docker-registry and mariadb-server-core have are"
          + " taken where they are installed. Those that are missing are downloaded and unpacked"
          + " into DIR/packages. Nothing is installed and no service but DIR's own is started or"
          + " stopped; that needs no root.",
      "",
      "Nothing outside DIR is written. What docker and notary need to find the service is printed,"
          + " to be pasted."
    },
    footer = {
      "  chancery dct up",
      "  chancery dct up --ports-from 21000 /tmp/dct",
      "  chancery dct up --memory --ports-from 0 /tmp/dct   # no database: forgets when stopped"
    })
public final class UpCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Parts parts;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DirectoryOption directory = new DirectoryOption();
  @Mixin private PortOptions ports = new PortOptions();

  @Option(
      names = "--memory",
      description =
          "notary-server keeps its documents in memory, without a database: 'dct down' loses them,"
              + " while the appliance still knows what it signed. For the first 'up' only.")
  private boolean memory;

  @Option(
      names = "--module",
      paramLabel = "FILE",
      description =
          "SoftHSM's PKCS#11 library. Default: libsofthsm2.so where distributions install it.")
  private @Nullable Path module;

  @Mixin private JsonOption json = new JsonOption();

  public UpCommand(Surroundings surroundings, Parts parts) {
    this.surroundings = surroundings;
    this.parts = parts;
  }

  @Override
  public Integer call() throws IOException {
    ServiceDirectory home = home();
    Daemons daemons = new Daemons(home.directory("run"), new LinuxProcesses(), Pause.REAL);
    Thread hook = new Thread(() -> interrupted(daemons, home), "dct-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    try (FileChannel _ = home.lock()) {
      return up(home, daemons);
    } finally {
      forget(hook);
    }
  }

  /** The service's directory, made if it is not there and all its ports are free. */
  private ServiceDirectory home() throws IOException {
    Path wanted = directory.of(surroundings);
    if (Furnishing.isDone(wanted) && ServiceDirectory.isService(wanted)) {
      if (ports.given() || memory) {
        throw new ParameterException(
            spec.commandLine(),
            "the service in "
                + wanted
                + " keeps the ports and the storage it was made with; 'chancery dct down --purge'"
                + " removes it, another DIR makes another");
      }
      return ServiceDirectory.existing(wanted);
    }
    Settings settings = new Settings(ports.settle(), memory);
    SoftHsmLibrary.required(module, surroundings);
    if (ServiceDirectory.isService(wanted)) {
      ServiceDirectory begun = ServiceDirectory.existing(wanted);
      begun.settle(settings);
      return begun;
    }
    for (Ports.Use use : Ports.Use.values()) {
      settings.ports().checkFree(use);
    }
    return ServiceDirectory.make(wanted, settings);
  }

  private Integer up(ServiceDirectory home, Daemons daemons) throws IOException {
    Settings settings = home.settings();
    for (Ports.Use use : Ports.Use.values()) {
      if (daemons.running(use.part()).isEmpty()) {
        settings.ports().checkFree(use);
      }
    }
    Packages packages = Packages.of(home, this::progress);
    packages.ensure(Stack.programs(settings));
    new Furnishing(home, settings, parts, surroundings)
        .complete(SoftHsmLibrary.required(module, surroundings));
    Stack stack = new Stack(home, settings, packages, surroundings.environment());
    Service service = new Service(stack.waves(), daemons, Pause.REAL, this::progress);
    service.up();
    Report report = new Report(home, settings, packages);
    if (json.wanted()) {
      json.print(report.json(service.states()), surroundings.out());
    } else {
      report.howToUse(surroundings.out());
    }
    return ExitCode.OK.number();
  }

  private void progress(String line) {
    surroundings.err().println(line);
  }

  /** Runs when the command was told to end before it was done. */
  private void interrupted(Daemons daemons, ServiceDirectory home) {
    daemons.freeze();
    progress(
        "interrupted; what has started goes on running: 'chancery dct status "
            + home.path()
            + "' shows it, 'chancery dct down "
            + home.path()
            + "' stops it, 'chancery dct up "
            + home.path()
            + "' goes on");
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending; the hook runs already.
    }
  }
}
