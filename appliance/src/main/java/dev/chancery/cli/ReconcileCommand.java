package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.api.RepositoryName;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.reconcile.Drift;
import dev.chancery.reconcile.Reconciliation;
import dev.chancery.recovery.RebaseList;
import dev.chancery.served.ServedFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery reconcile}. */
@Command(
    name = "reconcile",
    header = "Compare what a trust server serves now with the ledger",
    description = {
      "",
      "Lists what differs, in both directions: what is served and was not issued here, and what was"
          + " issued here and is not served, which somebody may hold. Reads the ledger itself, all of"
          + " its rows, beside a running server or without one, and changes nothing; of a"
          + " notary-server it asks what any client may ask. Ends with 0 if nothing differs, with 1"
          + " if something does.",
      "",
      "Where the trust server and the ledger have come apart, --prepare writes the list that sets"
          + " keys to what is served; 'chancery rebase apply' takes it. docs/recovery.md tells what"
          + " each finding means."
    },
    footer = {
      "  chancery reconcile --trust-server https://localhost:4443 --trust-server-ca ca.crt node",
      "  chancery reconcile --metadata /srv/tuf --repository app --json node"
    })
final class ReconcileCommand implements Callable<Integer> {
  /** Of one key are so many printed that were never served; --json has all. */
  private static final int SHOWN_OF_ONE_KEY = 20;

  private static final int MAX_HISTORY = 10_000;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "Only this repository (GUN); may be repeated. Default: all.")
  private List<RepositoryName> repositories = new ArrayList<>();

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How many versions below the served one are compared too, with what a notary-server kept"
              + " of them. Default: ${DEFAULT-VALUE}.")
  private int history;

  @Option(
      names = "--prepare",
      paramLabel = "FILE",
      description = "A new file for a list of re-bases, if there is a use for one.")
  private @Nullable Path prepare;

  @Mixin private ServedOptions served = new ServedOptions();
  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private JsonOption json = new JsonOption();

  ReconcileCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    if (history < 0 || history > MAX_HISTORY) {
      throw new ParameterException(spec.commandLine(), "--history is from 0 to " + MAX_HISTORY);
    }
    NewFile file = prepare == null ? null : NewFile.at(surroundings.resolve(prepare));
    try (ServedFiles files = served.open(surroundings, repositories.size() == 1)) {
      LedgerReader ledger = ConfiguredLedger.reader(config.load(surroundings).ledger());
      Reconciliation.Result result = compare(ledger, files);
      RebaseList list = null;
      if (file != null && !result.rebases().isEmpty()) {
        list =
            new RebaseList(
                ledger.head().ledgerId(),
                surroundings.clock().instant(),
                files.place(),
                result.rebases());
        file.write(list.encode());
      }
      if (json.wanted()) {
        json.print(shown(result, files, list), surroundings.out());
      } else {
        print(result, list);
      }
      return (result.drift().isEmpty() ? ExitCode.OK : ExitCode.REFUSED).number();
    }
  }

  private Reconciliation.Result compare(LedgerReader ledger, ServedFiles files) {
    try {
      return new Reconciliation(ledger, files, history, BETWEEN_LOOKS)
          .run(new HashSet<>(repositories));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.NO_INPUT, String.valueOf(e.getMessage()), e);
    }
  }

  private void print(Reconciliation.Result result, @Nullable RebaseList list) {
    PrintWriter out = surroundings.out();
    if (!result.drift().isEmpty()) {
      table(result.drift());
      Set<Drift.Kind> kinds = EnumSet.noneOf(Drift.Kind.class);
      result.drift().forEach(each -> kinds.add(each.kind()));
      kinds.forEach(kind -> out.println(kind.id() + ": " + kind.meaning()));
    }
    result.notes().forEach(note -> out.println("note: " + note));
    out.println(
        "repositories "
            + result.repositories()
            + ", documents "
            + result.documents()
            + ": "
            + (result.drift().isEmpty()
                ? "what is served is what was issued"
                : "differences " + result.drift().size()));
    if (list != null) {
      RebaseSteps.print(list, out);
      out.println("written: " + surroundings.resolve(Path.of(String.valueOf(prepare))));
    } else if (prepare != null) {
      out.println("nothing to re-base; no list was written");
    }
  }

  private void table(List<Drift> drift) {
    Table table = new Table("WHAT", "REPOSITORY", "ROLE", "VERSION", "ROW", "KEYID", "HOW");
    Map<String, Integer> printed = new HashMap<>();
    for (Drift each : drift) {
      String kindAndKey = each.kind() + " " + each.key() + " " + each.repository() + each.role();
      int before = printed.merge(kindAndKey, 1, Integer::sum) - 1;
      if (before < SHOWN_OF_ONE_KEY) {
        table.row(
            each.kind().id(),
            each.repository().value(),
            each.role().id(),
            each.version() == 0 ? "-" : String.valueOf(each.version()),
            each.row() < 0 ? "-" : String.valueOf(each.row()),
            each.key() == null ? "-" : each.key().hex(),
            each.what());
      }
    }
    table.print(surroundings.out());
    long left = printed.values().stream().mapToLong(n -> Math.max(0, n - SHOWN_OF_ONE_KEY)).sum();
    if (left > 0) {
      surroundings.out().println("and " + left + " more; --json lists all");
    }
  }

  private Map<String, Object> shown(
      Reconciliation.Result result, ServedFiles files, @Nullable RebaseList list) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("trustServer", files.place());
    shown.put("time", surroundings.clock().instant().toString());
    shown.put("repositories", result.repositories());
    shown.put("documents", result.documents());
    shown.put("drift", result.drift().stream().map(ReconcileCommand::shown).toList());
    shown.put("notes", result.notes());
    if (list != null) {
      Map<String, Object> prepared = new LinkedHashMap<>();
      prepared.put("file", surroundings.resolve(Path.of(String.valueOf(prepare))).toString());
      prepared.put("digest", list.digest().hex());
      prepared.put("keys", list.entries().size());
      shown.put("prepared", prepared);
    }
    return shown;
  }

  private static Map<String, Object> shown(Drift drift) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("what", drift.kind().id());
    shown.put("repository", drift.repository().value());
    shown.put("role", drift.role().id());
    if (drift.key() != null) {
      shown.put("keyid", drift.key().hex());
    }
    if (drift.version() != 0) {
      shown.put("version", drift.version());
    }
    if (drift.digest() != null) {
      shown.put("canonicalSha256", drift.digest().hex());
    }
    if (drift.row() >= 0) {
      shown.put("row", drift.row());
    }
    shown.put("how", drift.what());
    return shown;
  }
}
