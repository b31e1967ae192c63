package dev.chancery.cli;

import dev.chancery.migrate.Fate;
import dev.chancery.migrate.OldRepository;
import dev.chancery.migrate.RepositoryPlan;
import dev.chancery.migrate.RepositoryPlan.Situation;
import dev.chancery.migrate.SignerKey;
import java.io.PrintWriter;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery migrate}. */
@Command(
    name = "migrate",
    header = "Come over from another signer",
    description = {"", "From notary-signer: docs/migration.md tells the whole way."},
    footer = {"  chancery migrate notary-signer --help"})
final class MigrateCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "from what? There is: notary-signer");
  }

  /** {@code chancery migrate notary-signer}. */
  @Command(
      name = "notary-signer",
      header = "Move a trust server's repositories from notary-signer to this appliance",
      description = {
        "",
        "No private key moves: each role of each repository gets a new key, made in the token, when"
            + " its publisher rotates it. Until then Chancery checks and records every signature and"
            + " lets notary-signer make it with the old key (upstream). The order: show, plan,"
            + " register, then the publishers' commands that plan prints, and status until nothing"
            + " is left."
      },
      footer = {
        "  chancery migrate notary-signer show --signer-config signer-config.json",
        "  chancery migrate notary-signer plan --signer-config signer-config.json \\",
        "      --trust-server https://localhost:4443 --trust-server-ca ca.crt"
      })
  static final class NotarySigner implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(),
          "which command? There are: " + String.join(", ", spec.subcommands().keySet()));
    }
  }

  /** What notary-signer holds. */
  @Command(
      name = "show",
      header = "List the keys that notary-signer holds",
      description = {
        "",
        "Every row of its table, with what the key is to its repository now; that needs"
            + " --trust-server. Times are those of the table: the time of day where notary-signer"
            + " ran, without a zone. Reading the trust server has one effect there: a document that"
            + " has expired is signed anew."
      },
      footer = {
        "  chancery migrate notary-signer show --signer-config signer-config.json",
        "  chancery migrate notary-signer show --database db-url.txt --json \\",
        "      --trust-server https://localhost:4443 --trust-server-ca ca.crt"
      })
  static final class Show implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    private final Surroundings surroundings;

    @Mixin private MigrationSource source = new MigrationSource();
    @Mixin private JsonOption json = new JsonOption();

    Show(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      List<OldRepository> repositories = source.inventory(surroundings);
      if (json.wanted()) {
        json.print(repositories.stream().map(ShownMigration::of).toList(), surroundings.out());
      } else {
        print(repositories, surroundings.out());
      }
      return ExitCode.OK.number();
    }

    private static void print(List<OldRepository> repositories, PrintWriter out) {
      Table table =
          new Table("GUN", "ROLE", "ALGORITHM", "CREATED", "LAST USED", "IS NOW", "KEYID");
      for (OldRepository repository : repositories) {
        for (OldRepository.OldKey key : repository.keys()) {
          SignerKey row = key.row();
          table.row(
              row.gun(),
              row.role(),
              row.algorithm(),
              time(row.created()),
              time(row.lastUsed()),
              key.fate().id(),
              row.keyId());
        }
      }
      table.print(out);
      Arrays.stream(Fate.values())
          .filter(fate -> occurs(repositories, fate))
          .forEach(fate -> out.println(fate.id() + ": " + fate.meaning()));
      repositories.stream()
          .filter(repository -> repository.problem() != null)
          .forEach(repository -> out.println(repository.gun() + ": " + repository.problem()));
    }

    private static boolean occurs(List<OldRepository> repositories, Fate fate) {
      return repositories.stream()
          .anyMatch(each -> each.keys().stream().anyMatch(key -> key.fate() == fate));
    }

    private static String time(@Nullable LocalDateTime time) {
      return time == null ? "never" : TIME.format(time);
    }
  }

  /** What has to be done. */
  @Command(
      name = "plan",
      header = "Print for each repository what has to be done, and the exact commands",
      description = {
        "",
        "Changes nothing. Whoever holds a repository's root key types its commands, one after the"
            + " other; the notary client asks for the passphrase of the root key, and of the"
            + " snapshot key where the publisher holds that."
      },
      footer = {
        "  chancery migrate notary-signer plan --signer-config signer-config.json \\",
        "      --trust-server https://localhost:4443 --trust-server-ca ca.crt"
      })
  static final class Plan implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private MigrationSource source = new MigrationSource();
    @Mixin private JsonOption json = new JsonOption();

    @Option(
        names = "--trust-dir",
        paramLabel = "DIR",
        description =
            "Where publishers keep their keys. Default: ~/.docker/trust where notary-signer holds"
                + " the snapshot key, as docker has it, else ~/.notary.")
    private @Nullable String trustDirectory;

    Plan(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      TrustServerOptions server = source.trustServer();
      server.require();
      List<RepositoryPlan> plans =
          source.inventory(surroundings).stream()
              .map(each -> RepositoryPlan.of(each, server.server(), server.ca(), trustDirectory))
              .toList();
      if (json.wanted()) {
        json.print(plans.stream().map(ShownMigration::of).toList(), surroundings.out());
      } else {
        print(plans, surroundings.out());
      }
      return ExitCode.OK.number();
    }

    private static void print(List<RepositoryPlan> plans, PrintWriter out) {
      Map<Situation, List<RepositoryPlan>> bySituation =
          plans.stream()
              .collect(
                  Collectors.groupingBy(
                      RepositoryPlan::situation,
                      () -> new EnumMap<>(Situation.class),
                      Collectors.toList()));
      bySituation.forEach(
          (situation, alike) -> {
            out.println(situation.title() + ": " + situation.why());
            alike.forEach(plan -> print(plan, out));
            out.println();
          });
      long commands = plans.stream().mapToLong(plan -> plan.commands().size()).sum();
      out.println(plans.size() + " repositories, " + commands + " commands. " + beforehand(plans));
    }

    private static void print(RepositoryPlan plan, PrintWriter out) {
      OldRepository repository = plan.repository();
      out.println("  " + repository.gun());
      if (repository.problem() != null) {
        out.println("    " + repository.problem());
      }
      repository
          .published()
          .ifPresent(
              published ->
                  published
                      .problems()
                      .forEach((role, why) -> out.println("    " + role.id() + ": " + why)));
      plan.commands().forEach(command -> out.println("    " + command));
    }

    private static String beforehand(List<RepositoryPlan> plans) {
      return plans.stream().anyMatch(plan -> plan.situation() == Situation.BOTH)
          ? "Before the first of them: 'upstream' in chancery.yaml, 'chancery migrate notary-signer"
              + " register', and notary-server pointed at Chancery (docs/migration.md)."
          : "Before the first of them: notary-server pointed at Chancery (docs/migration.md);"
              + " 'upstream' and 'register' let everything be published until then, too.";
    }
  }
}
