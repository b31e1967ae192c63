package dev.chancery.cli;

import dev.chancery.api.Custody;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Version;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.RepositoryInfo;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chancery repository}. */
@Command(
    name = "repository",
    header = "List, show and retire repositories, and say who signs their snapshots",
    description = {
      "",
      "What an operator says of a whole repository (GUN). All of it stands on the record."
    },
    footer = {
      "  chancery repository list --dir node",
      "  chancery repository retire --dir node --reason \"deleted\" registry.example/app",
      "  chancery repository custody --dir node registry.example/app publisher"
    })
final class RepositoryCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? There are: list, show, retire, custody, start, add, due");
  }

  /** What the commands below have in common. */
  abstract static class OnRepositories implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    OnRepositories(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    ChanceryClient open() throws IOException {
      return server.open(surroundings, NewAppliance.OPERATOR);
    }

    Integer print(RepositoryInfo repository) {
      if (json.wanted()) {
        json.print(Shown.of(repository), surroundings.out());
        return ExitCode.OK.number();
      }
      PrintWriter out = surroundings.out();
      out.println("repository: " + repository.repository());
      out.println("snapshots:  signed " + signer(repository));
      start("timestamps", repository.timestampStart());
      start("snapshots", repository.snapshotStart());
      RepositoryInfo.Root root = repository.root();
      if (root != null) {
        out.println("root:       version " + root.version() + ", expires " + root.expires());
        Table roles = new Table("ROLE", "THRESHOLD", "KEYS", "HERE");
        root.roles()
            .forEach(
                role ->
                    roles.row(
                        role.role(),
                        count(role.threshold()),
                        count(role.keyids().size()),
                        count(role.here().size())));
        roles.print(out);
      }
      out.println("keys:       " + repository.keys().size());
      Table table = new Table("ROLE", "MODE", "STATUS", "KEYID");
      for (RepositoryInfo.Key key : repository.keys()) {
        table.row(key.role(), key.mode(), key.status(), key.keyid().hex());
      }
      table.print(out);
      return ExitCode.OK.number();
    }

    private void start(String what, @Nullable Long version) {
      if (version != null) {
        surroundings.out().println("start:      " + what + " had version " + version);
      }
    }

    private static String signer(RepositoryInfo repository) {
      return repository.custody().equals(Custody.PUBLISHER.id())
          ? "by the publisher: a timestamp may name any snapshot"
          : "here";
    }

    Integer print(List<RepositoryInfo> repositories) {
      if (json.wanted()) {
        json.print(repositories.stream().map(Shown::of).toList(), surroundings.out());
        return ExitCode.OK.number();
      }
      Table table = new Table("REPOSITORY", "CUSTODY", "ACTIVE", "FOREIGN", "RETIRED", "KEYS");
      for (RepositoryInfo each : repositories) {
        table.row(
            each.repository(),
            each.custody(),
            count(each.keys().stream().filter(key -> key.status().equals("active")).count()),
            count(each.keys().stream().filter(key -> key.mode().equals("foreign")).count()),
            count(each.keys().stream().filter(key -> key.status().equals("retired")).count()),
            count(each.keys().size()));
      }
      table.print(surroundings.out());
      return ExitCode.OK.number();
    }

    private static String count(long number) {
      return String.valueOf(number);
    }
  }

  @Command(
      name = "list",
      header = "List repositories",
      description = {
        "",
        "The repositories that this client may know, by name, and how many of their keys are active,"
            + " of mode foreign (still in an old signer) and retired."
      },
      footer = {
        "  chancery repository list --dir node",
        "  chancery repository list --dir node --json"
      })
  static final class ListRepositories extends OnRepositories {
    ListRepositories(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open()) {
        return print(client.repositories(null));
      }
    }
  }

  /** One repository, named as an argument. */
  abstract static class OnOne extends OnRepositories {
    @Parameters(index = "0", paramLabel = "GUN", description = "The repository's name.")
    private @Nullable RepositoryName repository;

    OnOne(Surroundings surroundings) {
      super(surroundings);
    }

    RepositoryName repository() {
      if (repository == null) {
        throw new IllegalStateException("the command line was taken without a repository");
      }
      return repository;
    }
  }

  @Command(
      name = "show",
      header = "Show one repository",
      description = {
        "",
        "Its keys in the order they came on the record, who signs its snapshots, and the versions it"
            + " had before it was signed here, where they were registered."
      },
      footer = {"  chancery repository show --dir node registry.example/app"})
  static final class Show extends OnOne {
    Show(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open()) {
        List<RepositoryInfo> found = client.repositories(repository());
        if (found.isEmpty()) {
          throw new CommandException(
              ExitCode.REFUSED,
              "no repository \""
                  + repository()
                  + "\" is on the record; see 'chancery repository list'");
        }
        return print(found.getFirst());
      }
    }
  }

  @Command(
      name = "retire",
      header = "Retire all keys that a repository has now, for ever",
      description = {
        "",
        "For a repository that was deleted on the trust server: whoever goes on from an old cache is"
            + " told so, and the old keys can never sign again. There is no way back for them.",
        "",
        "The name itself stays free: 'notary init' after a delete asks for new keys and gets them."
            + " Where that has happened already, retire would take the new keys too: freeze the old"
            + " ones instead, with 'chancery keys freeze'."
      },
      footer = {
        "  chancery repository retire --dir node --reason \"deleted\" registry.example/app"
      })
  static final class Retire extends OnOne {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "deleted on the trust server",
        description = "Why, for the record: 1 to 300 characters. Default: ${DEFAULT-VALUE}.")
    private String reason = "";

    Retire(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open()) {
        return print(client.retire(repository(), reason));
      }
    }
  }

  @Command(
      name = "custody",
      header = "Say who signs a repository's snapshots",
      description = {
        "",
        "Usually the snapshot key is here, and a timestamp may only name a snapshot that was signed"
            + " here. A publisher who takes the key into his own custody ('notary key rotate GUN"
            + " snapshot') signs them himself: then say 'publisher', and his timestamps are signed"
            + " again. Say 'here' when he has given it back ('notary key rotate GUN snapshot -r')."
      },
      footer = {
        "  chancery repository custody --dir node registry.example/app publisher",
        "  chancery repository custody --dir node registry.example/app here"
      })
  static final class SetCustody extends OnOne {
    @Parameters(index = "1", paramLabel = "CUSTODY", description = "publisher or here.")
    private Custody custody = Custody.HERE;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "the publisher asked for it",
        description = "Why, for the record: 1 to 300 characters. Default: ${DEFAULT-VALUE}.")
    private String reason = "";

    SetCustody(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open()) {
        return print(client.setCustody(repository(), custody, reason));
      }
    }
  }

  @Command(
      name = "start",
      header = "Register the versions that a repository has",
      description = {
        "",
        "A new key may start at most policy.maxFirstJump above the versions signed here for its"
            + " repository. Where the repository was signed elsewhere before and is further on, a new"
            + " key's first signature is refused (FIRST_VERSION_TOO_HIGH) until its versions are"
            + " registered: those of the timestamp and snapshot that the trust server serves now."
            + " 'chancery migrate notary-signer' does it for every repository it finds."
      },
      footer = {
        "  chancery repository start --dir node --timestamp 4711 --snapshot 1203 registry.example/app"
      })
  static final class Start extends OnOne {
    @Option(
        names = "--timestamp",
        paramLabel = "VERSION",
        description = "The version of its timestamp.")
    private @Nullable Version timestamp;

    @Option(
        names = "--snapshot",
        paramLabel = "VERSION",
        description = "The version of its snapshot.")
    private @Nullable Version snapshot;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "as the trust server serves it",
        description = "Why, for the record: 1 to 300 characters. Default: ${DEFAULT-VALUE}.")
    private String reason = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    Start(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      if (timestamp == null && snapshot == null) {
        throw new ParameterException(
            spec.commandLine(), "which version? Give --timestamp, --snapshot or both");
      }
      try (ChanceryClient client = open()) {
        return print(client.registerStart(repository(), timestamp, snapshot, reason));
      }
    }
  }
}
