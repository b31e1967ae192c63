package dev.chancery.cli;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyInfo;
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

/** {@code chancery keys}. */
@Command(
    name = "keys",
    header = "List, show, make and freeze keys of the running server",
    description = {
      "",
      "Each key is bound for ever to one repository (GUN) and one role. Keys are made in the token,"
          + " never leave it and are never deleted; a key that must not be used any more is frozen."
    },
    footer = {
      "  chancery keys list --dir node",
      "  chancery keys create --dir node --repository registry.example/app --role timestamp",
      "  chancery keys freeze --dir node --reason \"server was stolen\" KEYID"
    })
final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? There are: list, show, create, freeze");
  }

  /** What the commands below have in common. */
  abstract static class OnKeys implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    OnKeys(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    ChanceryClient open(String usualName) throws IOException {
      return server.open(surroundings, usualName);
    }

    Integer print(KeyInfo key) {
      if (json.wanted()) {
        json.print(Shown.of(key), surroundings.out());
        return ExitCode.OK.number();
      }
      PrintWriter out = surroundings.out();
      out.println("keyid:      " + key.keyid());
      out.println("repository: " + key.repository());
      out.println("role:       " + key.role() + " (" + key.dialect() + ")");
      out.println("algorithm:  " + key.algorithm());
      out.println("status:     " + key.status());
      out.println("kept:       " + kept(key));
      if (key.tokenKeyId() != null) {
        out.println("CKA_ID:     " + key.tokenKeyId());
      }
      out.println("created:    " + key.created());
      out.println("public:     " + key.publicKey());
      out.println("in a root:  " + key.keyObject());
      return ExitCode.OK.number();
    }

    private static String kept(KeyInfo key) {
      return switch (key.mode()) {
        case "resident" -> "resident: made in token " + key.token();
        case "imported" ->
            "imported: in token " + key.token() + ", but a software key before; copies may exist";
        case "foreign" -> "foreign: in the old signer, not in a token of this appliance";
        default -> key.mode();
      };
    }

    Integer print(List<KeyInfo> keys) {
      if (json.wanted()) {
        json.print(keys.stream().map(Shown::of).toList(), surroundings.out());
        return ExitCode.OK.number();
      }
      Table table =
          new Table("REPOSITORY", "ROLE", "ALGORITHM", "MODE", "STATUS", "CREATED", "KEYID");
      for (KeyInfo key : keys) {
        table.row(
            key.repository(),
            key.role(),
            key.algorithm(),
            key.mode(),
            key.status(),
            key.created().toString(),
            key.keyid().hex());
      }
      table.print(surroundings.out());
      return ExitCode.OK.number();
    }
  }

  @Command(
      name = "list",
      header = "List keys",
      description = {"", "The keys that this client may know, in the order they were made."},
      footer = {
        "  chancery keys list --dir node --role snapshot",
        "  chancery keys list --dir node --repository registry.example/app --json"
      })
  static final class ListKeys extends OnKeys {
    @Option(
        names = "--repository",
        paramLabel = "NAME",
        description = "Only those of this repository (GUN).")
    private @Nullable RepositoryName repository;

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        description = "Only those of this role: timestamp or snapshot.")
    private @Nullable Role role;

    ListKeys(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open(NewAppliance.OPERATOR)) {
        return print(client.keys(repository, role));
      }
    }
  }

  @Command(
      name = "show",
      header = "Show one key",
      description = {"", "Its binding, its status, where it is kept, and its public half."},
      footer = {"  chancery keys show --dir node KEYID"})
  static final class Show extends OnKeys {
    @Parameters(paramLabel = "KEYID", description = "64 lower-case hexadecimal digits.")
    private @Nullable KeyId id;

    Show(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open(NewAppliance.OPERATOR)) {
        return print(client.key(given(id)));
      }
    }
  }

  @Command(
      name = "create",
      header = "Make a key",
      description = {
        "",
        "Makes a key pair in the token for one repository and role. Where such a key was made before"
            + " and never used, that one is given again. A trust server does this by itself."
      },
      footer = {
        "  chancery keys create --dir node --repository registry.example/app --role timestamp",
        "  chancery keys create --dialect tuf --repository tuf.example/app --role snapshot"
      })
  static final class Create extends OnKeys {
    @Option(
        names = "--repository",
        required = true,
        paramLabel = "NAME",
        description = "The repository (GUN) it is for.")
    private @Nullable RepositoryName repository;

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = "The role it is for: timestamp or snapshot.")
    private @Nullable Role role;

    @Option(
        names = "--algorithm",
        paramLabel = "ALGORITHM",
        defaultValue = "ecdsa",
        description =
            "ecdsa (P-256), ed25519, rsa-2048, rsa-3072 or rsa-4096. Default: ${DEFAULT-VALUE}.")
    private Algorithm algorithm = Algorithm.ECDSA;

    @Option(
        names = "--dialect",
        paramLabel = "DIALECT",
        defaultValue = "notary",
        description = "The form of its metadata: notary or tuf. Default: ${DEFAULT-VALUE}.")
    private Dialect dialect = Dialect.NOTARY;

    Create(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open(NewAppliance.TRUST_SERVER)) {
        return print(client.createKey(dialect, given(repository), given(role), algorithm));
      }
    }
  }

  @Command(
      name = "freeze",
      header = "Take a key out of use",
      description = {
        "",
        "From then on nothing is signed with it. Its public half and its record stay. There is no"
            + " way back: the repository's owner rotates to another key."
      },
      footer = {"  chancery keys freeze --dir node --reason \"server was stolen\" KEYID"})
  static final class Freeze extends OnKeys {
    @Parameters(paramLabel = "KEYID", description = "64 lower-case hexadecimal digits.")
    private @Nullable KeyId id;

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "Why, for the record: 1 to 300 characters.")
    private String reason = "";

    Freeze(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
      try (ChanceryClient client = open(NewAppliance.OPERATOR)) {
        return print(client.freezeKey(given(id), reason));
      }
    }
  }

  /** What picocli made sure is there. */
  private static <T> T given(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the command line was taken without a required argument");
    }
    return value;
  }
}
