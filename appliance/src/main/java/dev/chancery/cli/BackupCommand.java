package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.api.Sha256;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ServerUnreachableException;
import dev.chancery.audit.AuditException;
import dev.chancery.audit.SignedNote;
import dev.chancery.backup.Backup;
import dev.chancery.backup.BackupWriter;
import dev.chancery.backup.Recipient;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.ledger.LedgerHead;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code chancery backup}. */
@Command(
    name = "backup",
    header = "Write an encrypted copy of the ledger and the configuration, while serving",
    description = {
      "",
      "Copies the ledger as of one moment, configuration, access list and certificates, encrypts all"
          + " of it to the recipients' certificates (CMS, AES-256-GCM), and has the running server's"
          + " audit key sign what it is. Signing goes on meanwhile.",
      "",
      "No PIN and no private key is in it: the token, its PIN and the TLS keys are kept elsewhere, and"
          + " the command says which. 'chancery restore' reads it. docs/backup.md tells how often, to"
          + " whom, and how to practise."
    },
    footer = {
      "  chancery backup --dir node --to custodian.crt --out monday.chancery",
      "  chancery backup verify --key custodian.key monday.chancery"
    })
final class BackupCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A new file for the backup; it never replaces another.")
  private @Nullable Path out;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description =
          "Certificate of who can read it, PEM: RSA of 2048 bits or more, or EC on P-256 or P-384."
              + " Once for each. Default: backup.recipients in the configuration.")
  private List<Path> recipients = new ArrayList<>();

  @Option(
      names = "--unsealed",
      description =
          "Do without the server's signature, where no server runs or its token is away. Restoring"
              + " it takes --unsealed too.")
  private boolean unsealed;

  @Mixin private ServerOptions server = new ServerOptions();

  BackupCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    if (out == null) {
      throw new ParameterException(spec.commandLine(), "which file? Give --out");
    }
    Path file = surroundings.resolve(out);
    ApplianceConfig config = server.config(surroundings);
    List<Recipient> to = recipients(config);
    BackupWriter.Surroundings contents =
        BackupContents.of(config, ChanceryCommand.Version.program());
    BackupWriter writer = new BackupWriter(ConfiguredLedger.reader(config.ledger()), to);
    report(file, write(writer, file, contents), to, contents);
    return ExitCode.OK.number();
  }

  private List<Recipient> recipients(ApplianceConfig config) throws IOException {
    List<Path> files =
        recipients.isEmpty()
            ? config.backup().recipients()
            : recipients.stream().map(surroundings::resolve).toList();
    if (files.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "who may read it? Give --to CERTIFICATE, or backup.recipients in " + config.file());
    }
    List<Recipient> read = new ArrayList<>();
    for (Path each : files) {
      read.add(Recipient.read(each, surroundings.clock().instant()));
    }
    return read;
  }

  private BackupWriter.Written write(
      BackupWriter writer, Path file, BackupWriter.Surroundings contents) {
    try {
      return writer.write(
          file, contents, unsealed ? null : this::seal, surroundings.clock().instant());
    } catch (ServerUnreachableException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE,
          e.getMessage() + "; the server signs what the backup is. Where none can run: --unsealed",
          e);
    } catch (FileAlreadyExistsException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE, e.getFile() + " is there; nothing was written over", e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE, e.getMessage() + "; nothing was left of it", e);
    }
  }

  private SignedNote seal(LedgerHead head, Sha256 content) throws IOException {
    try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
      String note = client.sealBackup(head.sequence() + 1, head.hash(), content);
      return SignedNote.parse(note.getBytes(StandardCharsets.UTF_8));
    } catch (AuditException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, "the server answered what is no seal: " + e.getMessage(), e);
    }
  }

  private void report(
      Path file,
      BackupWriter.Written written,
      List<Recipient> to,
      BackupWriter.Surroundings contents) {
    PrintWriter print = surroundings.out();
    LedgerHead head = written.head();
    print.println(file + ": " + written.bytes() + " bytes");
    print.println(
        "ledger "
            + head.ledgerId()
            + ", "
            + (head.sequence() + 1)
            + " rows, the newest of "
            + head.time());
    contents.files().forEach(each -> print.println("with " + each));
    to.forEach(each -> print.println("can be read by " + each));
    print.println(
        unsealed
            ? "NOT sealed: nothing shows later who wrote its configuration"
            : "sealed by the audit key");
    print.println(
        "Not in it, keep elsewhere: the token, " + String.join(", ", contents.withheld()));
  }

  /** {@code chancery backup verify}. */
  @Command(
      name = "verify",
      header = "Read a backup to its end and say whether it can be restored, offline",
      description = {
        "",
        "Needs the private key and nothing else. What is verified: that the file is whole and"
            + " unchanged, the chain of the ledger's rows, every checkpoint among them, what was"
            + " decided, and the seal. Nothing is written."
      },
      footer = {
        "  chancery backup verify --key custodian.key monday.chancery",
        "  chancery backup verify --key custodian.key --audit-key audit.vkey monday.chancery"
      })
  static final class Verify implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private RecipientKeyOptions key = new RecipientKeyOptions();
    @Mixin private TrustedAuditKeys auditKeys = new TrustedAuditKeys();

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file = Path.of("");

    Verify(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      Backup backup =
          Backup.verify(
              surroundings.resolve(file), key.read(surroundings), auditKeys.read(surroundings));
      new ShownBackup(surroundings.out()).print(backup, auditKeys.given());
      return ExitCode.OK.number();
    }
  }
}
