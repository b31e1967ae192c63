package dev.chancery.cli;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.migrate.OldRepository;
import dev.chancery.migrate.Progress;
import dev.chancery.migrate.Published;
import dev.chancery.migrate.RoleProgress;
import dev.chancery.migrate.RoleProgress.State;
import dev.chancery.migrate.SignerKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The steps of {@code chancery migrate notary-signer} that speak with the running appliance. */
final class MigrationSteps {
  private static final String REASON = "moved from notary-signer";

  private MigrationSteps() {}

  /** Puts the old keys on the record. */
  @Command(
      name = "register",
      header = "Put notary-signer's keys and the current versions on the appliance's record",
      description = {
        "",
        "For every key that a current root names: its public half, bound to its repository and role"
            + " as notary-signer has it, mode foreign. For every repository: the versions that the"
            + " trust server serves, so that its next key may go on from there. No private key is"
            + " read. From then on the appliance signs for these keys through the old signer that"
            + " 'upstream' in chancery.yaml names.",
        "",
        "It may be repeated, and should be once notary-server points at Chancery: keys made in"
            + " between are taken up, the others stay as they are. access.yaml must allow"
            + " adopt-key, as the role operator does."
      },
      footer = {
        "  chancery migrate notary-signer register --dir node --signer-config signer-config.json \\",
        "      --trust-server https://localhost:4443 --trust-server-ca ca.crt"
      })
  static final class Register implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private MigrationSource source = new MigrationSource();
    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    Register(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      source.trustServer().require();
      List<OldRepository> repositories = source.inventory(surroundings);
      Set<KeyId> added = new HashSet<>();
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        Set<KeyId> known = modes(client).keySet();
        for (OldRepository repository : repositories) {
          register(client, repository, known, added);
        }
      }
      report(repositories, added);
      return repositories.stream().anyMatch(repository -> problem(repository) != null)
          ? ExitCode.REFUSED.number()
          : ExitCode.OK.number();
    }

    // Versions first: a key that could sign without them might be refused by
    // FIRST_VERSION_TOO_HIGH.
    private static void register(
        ChanceryClient client, OldRepository repository, Set<KeyId> known, Set<KeyId> added) {
      List<SignerKey.Usable> missing =
          repository.current().stream().filter(key -> !known.contains(key.id())).toList();
      if (missing.isEmpty()) {
        return;
      }
      Published published = repository.published().orElseThrow();
      client.registerStart(
          missing.getFirst().repository(),
          published.version(Role.TIMESTAMP).orElse(null),
          published.version(Role.SNAPSHOT).orElse(null),
          REASON);
      for (SignerKey.Usable key : missing) {
        client.adoptKey(
            Dialect.NOTARY,
            key.repository(),
            key.role(),
            key.algorithm(),
            key.id(),
            MetadataDialects.of(Dialect.NOTARY).publicKey(key.algorithm(), key.key().der()));
        added.add(key.id());
      }
    }

    private void report(List<OldRepository> repositories, Set<KeyId> added) {
      long current = repositories.stream().mapToLong(each -> each.current().size()).sum();
      PrintWriter out = surroundings.out();
      if (json.wanted()) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("registered", added.stream().map(KeyId::hex).sorted().toList());
        shown.put("registeredBefore", current - added.size());
        shown.put("problems", problems(repositories));
        json.print(shown, out);
        return;
      }
      problems(repositories).forEach((gun, problem) -> out.println(gun + ": " + problem));
      out.println(
          added.size()
              + " keys registered as foreign, "
              + (current - added.size())
              + " were on the record before.");
    }

    private static Map<String, String> problems(List<OldRepository> repositories) {
      Map<String, String> problems = new LinkedHashMap<>();
      for (OldRepository repository : repositories) {
        String problem = problem(repository);
        if (problem != null) {
          problems.put(repository.gun(), problem);
        }
      }
      return problems;
    }

    private static @Nullable String problem(OldRepository repository) {
      if (repository.problem() != null) {
        return "not registered: " + repository.problem();
      }
      return repository
          .published()
          .filter(published -> !published.problems().isEmpty())
          .map(
              published ->
                  "registered without its start version: "
                      + published.problems().entrySet().stream()
                          .map(each -> each.getKey().id() + ", " + each.getValue())
                          .collect(Collectors.joining("; ")))
          .orElse(null);
    }
  }

  /** How far it has come. */
  @Command(
      name = "status",
      header = "Tell for each repository and role whether it still needs notary-signer",
      description = {
        "",
        "What counts is the key that the trust server's current root names. Ends with 0 once nothing"
            + " needs notary-signer, with 1 before."
      },
      footer = {
        "  chancery migrate notary-signer status --dir node --signer-config signer-config.json \\",
        "      --trust-server https://localhost:4443 --trust-server-ca ca.crt"
      })
  static final class Status implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private MigrationSource source = new MigrationSource();
    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    Status(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      source.trustServer().require();
      List<OldRepository> repositories = source.inventory(surroundings);
      List<RoleProgress> progress;
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        progress = Progress.of(repositories, modes(client));
      }
      if (json.wanted()) {
        json.print(ShownMigration.of(progress), surroundings.out());
      } else {
        print(progress, surroundings.out());
      }
      return (Progress.isDone(progress) ? ExitCode.OK : ExitCode.REFUSED).number();
    }

    private static void print(List<RoleProgress> progress, PrintWriter out) {
      Table table = new Table("GUN", "ROLE", "IS NOW", "KEYID");
      for (RoleProgress role : progress) {
        table.row(
            role.gun(),
            role.role().id(),
            role.state().id(),
            role.keyId() == null ? "-" : role.keyId().hex());
      }
      table.print(out);
      Arrays.stream(State.values())
          .filter(state -> progress.stream().anyMatch(role -> role.state() == state))
          .forEach(state -> out.println(state.id() + ": " + state.meaning()));
      long left = progress.stream().filter(role -> role.state().needsOldSigner()).count();
      out.println();
      out.println(
          left == 0
              ? "Nothing is foreign: no repository needs notary-signer any more. It can be switched"
                  + " off, and 'upstream' taken out of chancery.yaml."
              : left
                  + " of "
                  + progress.size()
                  + " roles still need notary-signer; 'chancery migrate notary-signer plan' prints"
                  + " what to do.");
    }
  }

  /** The keys on the appliance's record and where each is. */
  private static Map<KeyId, KeyMode> modes(ChanceryClient client) {
    return client.keys(null, null).stream()
        .collect(Collectors.toMap(KeyInfo::keyid, key -> KeyMode.of(key.mode())));
  }
}
