package dev.chancery.cli;

import dev.chancery.ConfiguredToken;
import dev.chancery.backup.Backup;
import dev.chancery.backup.Backup.AuditKeyRow;
import dev.chancery.backup.BackupFile;
import dev.chancery.cli.init.PrivateDirectory;
import dev.chancery.cli.init.TargetNotEmptyException;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.ConfigException;
import dev.chancery.config.PinConfig;
import dev.chancery.hsm.Pkcs11Token;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenKey;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerRestore;
import dev.chancery.push.Places;
import dev.chancery.signing.TokenMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes what a verified backup holds to a place where nothing is, and asks the token about it. */
final class Restoring {
  private static final String USUAL_LEDGER = "ledger/ledger.db";

  private final Surroundings surroundings;

  Restoring(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Makes sure that a ledger can be made there. */
  void requireFree(Path ledger) {
    try {
      LedgerRestore.requireFree(ledger);
    } catch (LedgerException e) {
      throw new CommandException(ExitCode.CANNOT_CREATE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Makes sure that {@code target} is new or empty; a ledger that is there is named. */
  void requireEmpty(Path target) throws IOException {
    Path config = target.resolve("chancery.yaml");
    if (Files.isRegularFile(config)) {
      livingLedger(config).ifPresent(this::requireFree);
    }
    requireFree(target.resolve(USUAL_LEDGER));
    if (Files.exists(target)) {
      try (PrivateDirectory empty = PrivateDirectory.open(target)) {
        empty.keep();
      } catch (TargetNotEmptyException e) {
        throw taken(e);
      }
    }
  }

  private static Optional<Path> livingLedger(Path config) {
    try {
      return Optional.of(ApplianceConfig.load(config).ledger().sqlite());
    } catch (ConfigException e) {
      // The directory is refused as not empty.
      return Optional.empty();
    }
  }

  private static CommandException taken(TargetNotEmptyException e) {
    return new CommandException(
        ExitCode.CANNOT_CREATE, e.getMessage() + "; name a new directory, nothing was touched", e);
  }

  /** Restores everything into a directory. */
  void directory(Backup backup, Path target) throws IOException {
    String ledgerFile = backup.ledgerFile().isEmpty() ? USUAL_LEDGER : backup.ledgerFile();
    Path made;
    try (PrivateDirectory directory = PrivateDirectory.open(target)) {
      requireSpace(backup, directory.path());
      makeParent(directory, ledgerFile);
      write(backup, directory.resolve(ledgerFile));
      BackupFile config = null;
      for (BackupFile each : backup.files()) {
        if (each.name().equals("chancery.yaml")) {
          config = each;
        } else {
          makeParent(directory, each.name());
          directory.file(each.name(), each.content());
        }
      }
      directory.seal();
      // Last, as init does it: a directory that has one is complete.
      if (config != null) {
        directory.file(config.name(), config.content());
      }
      directory.sync();
      directory.keep();
      made = directory.path();
    } catch (TargetNotEmptyException e) {
      throw taken(e);
    }
    say("restored to " + made + ": " + ledgerFile + " and " + backup.files().size() + " files");
    sayWhatIsMissing(backup, made);
    askLater(backup, made.resolve("chancery.yaml"));
  }

  private static void makeParent(PrivateDirectory directory, String name) throws IOException {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      String parent = name.substring(0, slash);
      if (!Files.isDirectory(directory.resolve(parent))) {
        directory.directory(parent);
      }
    }
  }

  /** Restores the ledger that a configuration names, once its token was asked. */
  void ledger(Backup backup, ApplianceConfig config) throws IOException {
    requireToken(backup, config);
    Path ledger = config.ledger().sqlite();
    try (Pkcs11Token token = opened(config)) {
      TokenMemory memory = token == null ? null : TokenMemory.of(token);
      if (token != null && memory != null) {
        requireIts(backup, token, memory);
      }
      Path parent = Objects.requireNonNull(ledger.toAbsolutePath().getParent(), "a file has one");
      Files.createDirectories(parent);
      requireSpace(backup, parent);
      write(backup, ledger);
      say("restored to " + ledger);
      if (memory != null) {
        tell(backup, memory, config);
      }
    }
  }

  private void requireToken(Backup backup, ApplianceConfig config) {
    if (backup.auditKeys().isEmpty()) {
      return;
    }
    AuditKeyRow key = backup.auditKeys().getLast();
    String serial = config.token().serial();
    if (!key.tokenSerial().equals(serial)) {
      throw new CommandException(
          ExitCode.REFUSED,
          "the backup is for another token: its audit key is in token \""
              + key.tokenLabel()
              + "\", serial "
              + key.tokenSerial()
              + ", and "
              + config.file()
              + " names serial "
              + serial);
    }
  }

  private void requireIts(Backup backup, Pkcs11Token token, TokenMemory memory) {
    List<String> others =
        memory.ledgerIds().stream().filter(id -> !id.equals(backup.ledgerId())).toList();
    if (!others.isEmpty()) {
      throw new CommandException(
          ExitCode.REFUSED,
          "the backup is of ledger "
              + backup.ledgerId()
              + ", and the token holds a checkpoint of ledger "
              + others.getFirst()
              + ": two ledgers on one token are refused at every start");
    }
    for (AuditKeyRow key : backup.auditKeys()) {
      Optional<TokenKey> found = token.find(key.tokenKeyId());
      byte[] known = key.key().key().subjectPublicKeyInfo();
      if (found.filter(each -> Arrays.equals(each.subjectPublicKeyInfo(), known)).isPresent()) {
        return;
      }
    }
    if (!backup.auditKeys().isEmpty()) {
      throw new CommandException(
          ExitCode.REFUSED,
          "the token has none of the audit keys of ledger "
              + backup.ledgerId()
              + ": the backup is for another token");
    }
  }

  private @Nullable Pkcs11Token opened(ApplianceConfig config) {
    try {
      return ConfiguredToken.open(config.token(), surroundings.environment());
    } catch (TokenException e) {
      say("the token was not looked at: " + Failures.firstLine(e));
      say("  the start does so, and signs nothing if it knows more than this backup has");
      return null;
    }
  }

  private void write(Backup backup, Path ledger) throws IOException {
    try (LedgerRestore restore = LedgerRestore.into(ledger)) {
      backup.restore(restore);
      restore.finish(
          "backup of "
              + backup.time()
              + ", rows "
              + backup.rowCount()
              + ", head "
              + backup.headHash().hex(),
          surroundings.clock().instant());
    } catch (LedgerException e) {
      throw new CommandException(ExitCode.CANNOT_CREATE, String.valueOf(e.getMessage()), e);
    }
  }

  // Rows are packed to about half, and a database needs some room beside.
  private static void requireSpace(Backup backup, Path directory) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < backup.unpackedBytes()) {
      throw new CommandException(
          ExitCode.CANNOT_CREATE,
          directory
              + " has "
              + free
              + " bytes left; the ledger needs up to "
              + backup.unpackedBytes());
    }
  }

  private void sayWhatIsMissing(Backup backup, Path made) {
    say("put there by hand, from where they are kept: the token");
    backup.withheld().forEach(name -> say("  " + name));
    backup.files().stream()
        .filter(file -> file.name().startsWith(BackupContents.ELSEWHERE))
        .forEach(
            file ->
                say(
                    "  chancery.yaml names another place for "
                        + made.resolve(file.name())
                        + ": move it there"));
    if (backup.ledgerFile().isEmpty()) {
      say("  chancery.yaml names another place for the ledger: move it there, or correct it");
    }
  }

  /** What the token says, where it can be asked already: the PIN is often not there yet. */
  private void askLater(Backup backup, Path config) {
    try {
      ApplianceConfig restored = ApplianceConfig.load(config);
      boolean pin =
          !(restored.token().pin() instanceof PinConfig.PinFile(var file)) || Files.exists(file);
      if (pin
          && Files.isRegularFile(restored.token().module())
          && Files.isRegularFile(restored.ledger().sqlite())) {
        try (Pkcs11Token token = opened(restored)) {
          if (token != null) {
            tell(backup, TokenMemory.of(token), restored);
          }
        }
        return;
      }
    } catch (ConfigException e) {
      say("chancery.yaml does not fit this version: " + Failures.firstLine(e));
    }
    say("the token was not looked at, for its PIN is not here yet");
    say("  the start does so, and signs nothing if it knows more than this backup has");
  }

  private void tell(Backup backup, TokenMemory memory, ApplianceConfig config) {
    TokenMemory.Outlook outlook =
        memory.outlook(
            LedgerReader.of(config.ledger().sqlite()),
            Places.kept(backup.ledgerId(), config.checkpoints()));
    if (outlook.refusal() == null) {
      say(
          memory.keepsData()
              ? "the token knows of nothing that this ledger has not: a server signs at once"
              : "the token keeps no checkpoint: whether something is missing shows only against one"
                  + " kept elsewhere");
      say(
          "  (it is told every 1,000 rows or 10 minutes; if the trust server serves newer versions,"
              + " see 'chancery reconcile')");
      return;
    }
    say("THE TOKEN KNOWS MORE: " + outlook.refusal().observed());
    if (outlook.rows() > backup.rowCount()) {
      say("  " + (outlook.rows() - backup.rowCount()) + " rows or more are missing.");
    }
    say("  A server starts on this ledger and refuses every signature with LEDGER_ROLLED_BACK.");
    say("  If a newer backup, or the lost ledger itself, can be had: restore that instead.");
    say("  If not: start it, then");
    say("    chancery rebase ledger --dir DIR --reason 'what happened'");
    say("  gives up what is missing for ever; each key may then jump once (policy restoreJump).");
  }

  private void say(String line) {
    surroundings.out().println(line);
  }
}
