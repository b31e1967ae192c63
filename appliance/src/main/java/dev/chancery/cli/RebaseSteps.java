package dev.chancery.cli;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.api.client.BulkAnswer;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.WatermarkInfo;
import dev.chancery.api.client.WatermarkListing;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.reconcile.KeyOnRecord;
import dev.chancery.reconcile.RebasePreparation;
import dev.chancery.reconcile.RebasePreparation.Prepared;
import dev.chancery.recovery.RebaseList;
import dev.chancery.served.ServedFiles;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The steps of {@code chancery rebase} for keys: a list is prepared, looked at and applied. */
final class RebaseSteps {
  private RebaseSteps() {}

  /** The list as it is looked at. */
  static void print(RebaseList list, PrintWriter out) {
    Table table = new Table("REPOSITORY", "ROLE", "FROM", "TO", "KEYID");
    for (RebaseList.Entry entry : list.entries()) {
      table.row(
          entry.repository().value(),
          entry.role().id(),
          entry.from().toString(),
          entry.to().toString(),
          entry.key().hex());
    }
    table.print(out);
    out.println("ledger:  " + list.ledger());
    out.println("served:  " + list.trustServer() + ", " + list.prepared());
    out.println("digest:  " + list.digest().hex());
  }

  /** Makes a list. */
  @Command(
      name = "prepare",
      header = "Write a list that sets keys to the documents that are served now",
      description = {
        "",
        "Changes nothing. Takes every key that signed what is served now and whose watermark is"
            + " another version. Of all repositories it takes those alone that cannot go on without;"
            + " a key that is one version ahead goes on by itself.",
        "",
        "Look at the list, let others look at it, and compare its digest; 'rebase apply' sets the"
            + " keys."
      },
      footer = {
        "  chancery rebase prepare --dir node --repository registry.example/app --out list.json \\",
        "      --trust-server https://localhost:4443 --trust-server-ca ca.crt",
        "  chancery rebase prepare --dir node --repository app --metadata /srv/tuf --out list.json"
      })
  static final class Prepare implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
        names = "--repository",
        paramLabel = "NAME",
        description = "Only this repository (GUN); may be repeated. Default: all.")
    private List<RepositoryName> repositories = new ArrayList<>();

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        description = "Only keys of this role: timestamp or snapshot. Default: both.")
    private @Nullable Role role;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        required = true,
        description = "A new file for the list.")
    private Path out = Path.of("");

    @Mixin private ServedOptions served = new ServedOptions();
    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    Prepare(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      NewFile file = NewFile.at(surroundings.resolve(out));
      try (ServedFiles files = served.open(surroundings, repositories.size() == 1)) {
        WatermarkListing watermarks;
        List<KeyOnRecord> keys;
        try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
          watermarks = client.watermarkListing(null);
          keys = keys(client, watermarks.watermarks());
        }
        Prepared prepared = RebasePreparation.of(files, keys, !repositories.isEmpty());
        prepared.problems().forEach(problem -> surroundings.err().println("left out: " + problem));
        if (prepared.entries().isEmpty()) {
          surroundings.out().println("nothing to re-base; no list was written");
        } else {
          RebaseList list =
              new RebaseList(
                  watermarks.ledger(),
                  surroundings.clock().instant(),
                  files.place(),
                  prepared.entries());
          file.write(list.encode());
          report(list, file.path());
        }
        return (prepared.problems().isEmpty() ? ExitCode.OK : ExitCode.REFUSED).number();
      }
    }

    private void report(RebaseList list, Path file) {
      if (json.wanted()) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("file", file.toString());
        shown.put("digest", list.digest().hex());
        shown.put("keys", list.entries().size());
        json.print(shown, surroundings.out());
      } else {
        print(list, surroundings.out());
        surroundings.out().println("written: " + file);
      }
    }

    private List<KeyOnRecord> keys(ChanceryClient client, List<WatermarkInfo> watermarks) {
      Map<KeyId, Version> versions =
          watermarks.stream()
              .collect(
                  Collectors.toMap(
                      WatermarkInfo::keyid, mark -> new Version(Math.toIntExact(mark.version()))));
      return client.keys(null, role).stream()
          .filter(key -> !key.status().equals(KeyStatus.RETIRED.id()))
          .filter(
              key ->
                  repositories.isEmpty()
                      || repositories.contains(new RepositoryName(key.repository())))
          .map(key -> onRecord(key, versions.get(key.keyid())))
          .toList();
    }

    private static KeyOnRecord onRecord(KeyInfo key, @Nullable Version watermark) {
      Dialect dialect = Dialect.of(key.dialect());
      Algorithm algorithm = Algorithm.of(key.algorithm());
      byte[] publicKey =
          MetadataDialects.of(dialect)
              .subjectPublicKeyInfo(algorithm, Base64.getDecoder().decode(key.publicKey()));
      return new KeyOnRecord(
          key.keyid(),
          dialect,
          new RepositoryName(key.repository()),
          Role.of(key.role()),
          VerificationKey.parse(algorithm, publicKey),
          watermark);
    }
  }

  /** Does what a list says. */
  @Command(
      name = "apply",
      header = "Set the keys of a list, all or none",
      description = {
        "",
        "Shows the list and its digest, and asks. Each key is set to its document if its watermark"
            + " is still the one in the list; what was known of it beyond the document is"
            + " forgotten. Its next signature may be of any version up to the policy's restoreJump"
            + " above the document's."
      },
      footer = {
        "  chancery rebase apply --dir node --reason 'database restored' list.json",
        "  chancery rebase apply --dir node --reason 'database restored' --digest 3f9c... list.json"
      })
  static final class Apply implements Callable<Integer> {
    private static final String WORD = "re-base";

    private final Surroundings surroundings;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The list, as 'prepare' wrote it.")
    private Path file = Path.of("");

    @Option(
        names = "--reason",
        required = true,
        paramLabel = "TEXT",
        description = "What happened, for the record: 1 to 300 characters.")
    private String reason = "";

    @Option(
        names = "--digest",
        paramLabel = "HEX",
        description =
            "The digest that was approved. Answers the question that would be asked at the"
                + " terminal.")
    private @Nullable String approved;

    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    Apply(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      byte[] bytes = Files.readAllBytes(surroundings.resolve(file));
      RebaseList list = RebaseList.parse(bytes);
      requireApproval(list);
      BulkAnswer answer;
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        answer = client.rebase(bytes, list.digest().hex(), reason);
      }
      if (json.wanted()) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("changed", answer.changed());
        shown.put("digest", list.digest().hex());
        json.print(shown, surroundings.out());
      } else {
        surroundings
            .out()
            .println("set: " + answer.changed() + "; each key may jump with its next signature");
      }
      return ExitCode.OK.number();
    }

    private void requireApproval(RebaseList list) {
      if (approved == null) {
        print(list, surroundings.out());
        ask(list.entries().size());
      } else if (!list.digest().hex().equals(approved)) {
        throw new CommandException(
            ExitCode.REFUSED,
            "the list has the digest " + list.digest() + ", not the one approved; nothing was set");
      } else if (!json.wanted()) {
        print(list, surroundings.out());
      }
    }

    private void ask(int keys) {
      Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
      if (console.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no terminal to ask at; say --digest and what is approved");
      }
      String typed =
          console.get().readLine("Keys to set: %d. To set them type: %s%n> ", keys, WORD);
      if (!WORD.equals(typed)) {
        throw new CommandException(ExitCode.REFUSED, "not confirmed; nothing was set");
      }
    }
  }
}
