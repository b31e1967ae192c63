package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.api.Algorithm;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.NoteKey;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.ledger.ExportVerification;
import dev.chancery.ledger.ExportVerifier;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerification;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.ledger.RowFilter;
import dev.chancery.ledger.RowProof;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chancery audit}. */
@Command(
    name = "audit",
    header = "Show the ledger, hand it to an auditor, prove rows, and verify what was handed out",
    description = {"", "docs/audit.md is the guide for an auditor."},
    footer = {
      "  chancery audit show --refused --limit 20 node",
      "  chancery audit export --out rows.jsonl node",
      "  chancery audit checkpoint --dir node --out kept.txt",
      "  chancery audit verify --key audit.vkey --checkpoint kept.txt rows.jsonl"
    })
final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what? There is: export, show, prove, verify, archive, stats, checkpoint, key");
  }

  /** {@code chancery audit export}. */
  @Command(
      name = "export",
      header = "Write rows as JSON lines, with what an offline verifier needs",
      description = {
        "",
        "Works beside a running server. Without --from and --to all rows as of now; a part carries"
            + " proofs that it is one."
      },
      footer = {
        "  chancery audit export --out rows.jsonl node",
        "  chancery audit export --from 1000 --to 1999 --out part.jsonl node"
      })
  static final class Export implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
        names = "--from",
        paramLabel = "SEQ",
        description = "The first row. Default: the first that is not archived.")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "SEQ", description = "The last row. Default: the newest.")
    private long to = Long.MAX_VALUE - 1;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        required = true,
        description = "A new file for the export.")
    private Path out = Path.of("");

    @Mixin private ConfigOption config = new ConfigOption();

    Export(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      Path file = surroundings.resolve(out);
      if (Files.exists(file)) {
        throw new CommandException(ExitCode.CANNOT_CREATE, file + " exists already");
      }
      LedgerReader reader = ConfiguredLedger.reader(config.load(surroundings).ledger());
      try (OutputStream stream =
          new BufferedOutputStream(
              Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 16)) {
        reader.export(from == null ? reader.firstHere() : from, to + 1, stream);
      }
      return ExitCode.OK.number();
    }
  }

  /** {@code chancery audit prove}. */
  @Command(
      name = "prove",
      header = "Prove that a row is under the newest signed checkpoint",
      description = {
        "",
        "Prints JSON: the row, its RFC 6962 audit path and the checkpoint's note. With"
            + " --from-checkpoint also that the ledger at that earlier checkpoint is the beginning of"
            + " this one. 'chancery audit verify' reads it, offline."
      },
      footer = {"  chancery audit prove 4711 node > row-4711.json"})
  static final class Prove implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
        names = "--from-checkpoint",
        paramLabel = "FILE",
        description = "The note of an earlier checkpoint.")
    private @Nullable Path earlier;

    @Parameters(index = "0", paramLabel = "SEQ", description = "Number of the row.")
    private long sequence;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "DIR",
        description = "Directory with chancery.yaml. Default: the current one.")
    private Path directory = Path.of("");

    Prove(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      ConfigOption config = ConfigOption.of(directory);
      LedgerReader reader = ConfiguredLedger.reader(config.load(surroundings).ledger());
      byte[] note = earlier == null ? null : Files.readAllBytes(surroundings.resolve(earlier));
      try {
        surroundings.out().println(RowProof.of(reader, sequence, note).json());
      } catch (AuditException | IllegalArgumentException e) {
        throw new CommandException(ExitCode.NO_INPUT, String.valueOf(e.getMessage()), e);
      }
      return ExitCode.OK.number();
    }
  }

  /** {@code chancery audit show}. */
  @Command(
      name = "show",
      header = "Show rows of the ledger",
      description = {
        "",
        "The newest that fit the filters, in their order. --json prints the rows."
      },
      footer = {
        "  chancery audit show --repository registry.example/app --refused node",
        "  chancery audit show --since 2026-08-01T00:00:00Z --limit 1000 --json node"
      })
  static final class Show implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--repository", paramLabel = "NAME", description = "Only of this repository.")
    private @Nullable String repository;

    @Option(names = "--keyid", paramLabel = "KEYID", description = "Only of this key.")
    private @Nullable String key;

    @Option(names = "--caller", paramLabel = "NAME", description = "Only of this caller.")
    private @Nullable String caller;

    @Option(names = "--refused", description = "Only refusals.")
    private boolean refused;

    @Option(names = "--since", paramLabel = "TIME", description = "Not before (RFC 3339, UTC).")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "Not after (RFC 3339, UTC).")
    private @Nullable Instant until;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 100.")
    private int limit = 100;

    @Option(names = "--json", description = "Print the rows themselves, one a line.")
    private boolean json;

    @Mixin private ConfigOption config = new ConfigOption();

    Show(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      LedgerReader reader = ConfiguredLedger.reader(config.load(surroundings).ledger());
      Map<String, String> repositories = new HashMap<>();
      reader.keys().forEach(key -> repositories.put(key.id().hex(), key.repository().value()));
      RowFilter filter = new RowFilter(repository, key, caller, refused, since, until);
      Deque<byte[]> newest = new ArrayDeque<>();
      reader.rowsBefore(
          Long.MAX_VALUE,
          (sequence, body) -> {
            if (filter.fits(ParsedRow.of(body), id -> Optional.ofNullable(repositories.get(id)))) {
              newest.addFirst(body);
            }
            return newest.size() < limit;
          });
      if (newest.size() < limit && reader.firstHere() > 0) {
        surroundings
            .err()
            .println("rows before " + reader.firstHere() + " were archived: look at the segments");
      }
      if (json) {
        newest.forEach(
            body -> surroundings.out().println(new String(body, StandardCharsets.UTF_8)));
      } else {
        table(newest).print(surroundings.out());
      }
      return ExitCode.OK.number();
    }

    private static Table table(Iterable<byte[]> rows) {
      Table table = new Table("ROW", "TIME", "KIND", "WHAT", "VERSION", "REPOSITORY", "CALLER");
      for (byte[] body : rows) {
        ParsedRow row = ParsedRow.of(body);
        table.row(
            String.valueOf(row.number("sequence")),
            row.text("time"),
            row.text("kind"),
            row.optionalText("control")
                .or(() -> row.optionalText("outcome"))
                .or(() -> row.optionalText("status"))
                .or(() -> row.optionalText("action"))
                .orElse("-"),
            row.optionalNumber("version").map(String::valueOf).orElse("-"),
            row.optionalText("repository").orElse("-"),
            row.optionalText("caller").orElse("-"));
      }
      return table;
    }
  }

  /** {@code chancery audit verify}. */
  @Command(
      name = "verify",
      header = "Verify an export or a proof, offline",
      description = {
        "",
        "Needs no appliance: nothing but the file and the public audit key. A checkpoint that"
            + " somebody else kept shows a ledger that was cut off at the end or forked. Ends with 1"
            + " if something is wrong; each finding names its row."
      },
      footer = {
        "  chancery audit verify --key audit.vkey rows.jsonl",
        "  chancery audit verify --key audit.vkey --checkpoint kept.txt rows.jsonl",
        "  chancery audit verify --key audit.vkey rows-2025.jsonl rows.jsonl",
        "  chancery audit verify --key audit.vkey row-4711.json"
      })
  static final class Verify implements Callable<Integer> {
    private static final int PROOF_BYTES = 1 << 20;

    private final Surroundings surroundings;

    @Option(
        names = "--key",
        paramLabel = "FILE",
        description = "A public audit key: C2SP verifier key or PEM. Once for each key.")
    private List<Path> keyFiles = new ArrayList<>();

    @Option(
        names = "--checkpoint",
        paramLabel = "FILE",
        description = "The note of a checkpoint known from elsewhere.")
    private @Nullable Path checkpoint;

    @Option(
        names = "--fast",
        description = "Do not verify issued signatures, which takes the longest.")
    private boolean fast;

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description =
            "The export or the proof; or segments and an export, each following the one before.")
    private List<Path> files = new ArrayList<>();

    Verify(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      List<VerificationKey> keys = new ArrayList<>();
      for (Path each : keyFiles) {
        keys.add(key(Files.readString(surroundings.resolve(each))));
      }
      List<Path> inputs = files.stream().map(surroundings::resolve).toList();
      byte[] known =
          checkpoint == null ? null : Files.readAllBytes(surroundings.resolve(checkpoint));
      try {
        if (inputs.size() == 1 && isProof(inputs.getFirst())) {
          return proof(Files.readAllBytes(inputs.getFirst()), keys);
        }
        return print(verified(inputs, keys, known));
      } catch (AuditException e) {
        throw new CommandException(ExitCode.REFUSED, String.valueOf(e.getMessage()), e);
      }
    }

    private ExportVerification verified(
        List<Path> inputs, List<VerificationKey> keys, byte @Nullable [] known) throws IOException {
      List<ExportVerifier.Input> open = new ArrayList<>();
      try {
        for (Path each : inputs) {
          open.add(new ExportVerifier.Input(each.toString(), Files.newInputStream(each)));
        }
        return ExportVerifier.verify(open, keys, known, !fast);
      } finally {
        for (ExportVerifier.Input each : open) {
          each.in().close();
        }
      }
    }

    private static boolean isProof(Path input) throws IOException {
      return Files.size(input) < PROOF_BYTES
          && Files.readString(input, StandardCharsets.ISO_8859_1).contains(RowProof.FORMAT);
    }

    private int proof(byte[] json, List<VerificationKey> keys) {
      if (keys.isEmpty()) {
        throw new CommandException(ExitCode.USAGE, "a proof needs the audit key: give --key");
      }
      surroundings.out().println(RowProof.parse(json).verify(keys));
      return ExitCode.OK.number();
    }

    private int print(ExportVerification result) {
      PrintWriter out = surroundings.out();
      result.notes().forEach(note -> out.println("note: " + note));
      for (LedgerVerification.Finding finding : result.findings()) {
        String where = finding.sequence() < 0 ? "header" : "row " + finding.sequence();
        out.println("WRONG: " + where + ": " + finding.what());
      }
      out.println(
          (result.ok() ? "ok" : "NOT OK")
              + ": ledger "
              + result.ledgerId()
              + ", rows "
              + result.from()
              + " to "
              + (result.from() + result.rows() - 1)
              + ", "
              + result.checkpoints()
              + " checkpoint(s), "
              + result.signatures()
              + " signature(s) verified");
      return (result.ok() ? ExitCode.OK : ExitCode.REFUSED).number();
    }

    /** The key in a file: a C2SP verifier key or a PEM public key. */
    static VerificationKey key(String text) {
      try {
        if (!text.startsWith("-----BEGIN PUBLIC KEY-----")) {
          return NoteKey.parseVkey(text.strip()).key();
        }
        byte[] der = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        // An Ed25519 SubjectPublicKeyInfo has 44 bytes (RFC 8410), one of P-256 has 91.
        Algorithm algorithm = der.length == 44 ? Algorithm.ED25519 : Algorithm.ECDSA;
        return VerificationKey.parse(algorithm, der);
      } catch (AuditException | IllegalArgumentException e) {
        throw new CommandException(ExitCode.NO_INPUT, "no audit key: " + e.getMessage(), e);
      }
    }
  }
}
