package dev.chancery.cli;

import dev.chancery.SoftwareKeyImport;
import dev.chancery.api.Dialect;
import dev.chancery.api.Quote;
import dev.chancery.api.Role;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.keys.OldKey;
import dev.chancery.migrate.DatabaseLogin;
import dev.chancery.migrate.Fate;
import dev.chancery.migrate.OldRepository;
import dev.chancery.migrate.Published;
import dev.chancery.migrate.SignerKey;
import dev.chancery.migrate.SoftwareKey;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery migrate notary-signer import}. */
@Command(
    name = "import",
    header = "Put notary-signer's software keys into the token, instead of making new ones",
    description = {
      "",
      "For repositories whose publishers cannot be made to rotate. A key that was software once may"
          + " have copies, in the old database, its backups and memory: in the token it is guarded"
          + " from now on, never made as if it had been born there. 'imported' stands beside it for"
          + " ever, in every listing and on the record. Rotating is better; it works for these keys"
          + " later, too.",
      "",
      "The appliance must be stopped: no interface of the running one takes a private key. Only keys"
          + " that a current root names are taken. One that is registered as foreign stays foreign."
    },
    footer = {
      "  chancery migrate notary-signer import --dir node --signer-config signer-config.json \\",
      "      --trust-server https://localhost:4443 --trust-server-ca ca.crt \\",
      "      --passphrase alias1=passphrase.txt --import-software-keys"
    })
final class ImportCommand implements Callable<Integer> {
  private static final String REASON = "software keys imported from notary-signer";
  private static final String CONFIRMATION = "these keys were software";

  private final Surroundings surroundings;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private MigrationSource source = new MigrationSource();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "",
      description = "Directory of the appliance, with chancery.yaml. Default: the current one.")
  private Path directory = Path.of("");

  @Option(
      names = "--passphrase",
      paramLabel = "ALIAS=FILE",
      description =
          "A file of one line: what notary-signer had in NOTARY_SIGNER_ALIAS in its environment. Once"
              + " for each alias.")
  private Map<String, Path> passphrases = new LinkedHashMap<>();

  @Option(
      names = "--import-software-keys",
      description = "Says that this, and not the rotation of the roles, is wanted.")
  private boolean wanted;

  @Option(
      names = "--yes-these-keys-were-software",
      description = "Answers the question that would be asked at the terminal.")
  private boolean confirmed;

  ImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (!wanted) {
      throw new ParameterException(
          spec.commandLine(),
          "nothing was imported: rotate the roles ('plan' prints how), or say"
              + " --import-software-keys");
    }
    source.trustServer().require();
    DatabaseLogin login = source.login(surroundings);
    List<OldRepository> repositories = source.inventory(surroundings);
    requireConfirmation(repositories);
    ApplianceConfig config =
        ApplianceConfig.load(surroundings.resolve(directory).resolve("chancery.yaml"));
    String actor = "local account " + Quote.ascii(System.getProperty("user.name", "?"), 100);
    int imported = 0;
    try (SoftwareKeyImport into =
        SoftwareKeyImport.open(
            config,
            actor,
            surroundings.environment(),
            surroundings.clock(),
            surroundings.random())) {
      for (OldRepository repository : repositories) {
        imported += move(repository, login, into);
      }
    }
    surroundings.out().println(imported + " keys imported; their mode is imported, for ever.");
    return ExitCode.OK.number();
  }

  private void requireConfirmation(List<OldRepository> repositories) {
    if (confirmed) {
      return;
    }
    long keys = repositories.stream().mapToLong(each -> each.current().size()).sum();
    Optional<Console> console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "there is no terminal to ask at; say --yes-these-keys-were-software");
    }
    String typed =
        console
            .get()
            .readLine(
                "%d keys. Copies of them may exist, and nothing makes them hardware-born."
                    + "%nTo import them type: %s%n> ",
                keys, CONFIRMATION);
    if (!CONFIRMATION.equals(typed)) {
      throw new CommandException(ExitCode.REFUSED, "not confirmed; nothing was imported");
    }
  }

  private int move(OldRepository repository, DatabaseLogin login, SoftwareKeyImport into) {
    List<OldRepository.OldKey> missing =
        repository.keys().stream()
            .filter(key -> key.fate() == Fate.CURRENT)
            .filter(key -> into.mode(key.usable().orElseThrow().id()).isEmpty())
            .toList();
    if (missing.isEmpty()) {
      return 0;
    }
    Published published = repository.published().orElseThrow();
    into.registerStart(
        missing.getFirst().usable().orElseThrow().repository(),
        published.version(Role.TIMESTAMP).orElse(null),
        published.version(Role.SNAPSHOT).orElse(null),
        REASON);
    missing.forEach(key -> move(key, login, into));
    return missing.size();
  }

  private void move(OldRepository.OldKey key, DatabaseLogin login, SoftwareKeyImport into) {
    SignerKey.Usable usable = key.usable().orElseThrow();
    byte[] passphrase = passphrase(key.row().alias());
    try (SoftwareKey secret = SoftwareKey.read(login, usable, passphrase)) {
      into.put(
          new OldKey(
              Dialect.NOTARY, usable.repository(), usable.role(), usable.algorithm(), usable.key()),
          secret.pkcs8());
    } finally {
      Arrays.fill(passphrase, (byte) 0);
    }
    surroundings.out().println(usable.repository() + " " + usable.role().id() + " " + usable.id());
  }

  private byte[] passphrase(String alias) {
    Path file = passphrases.get(alias);
    if (file == null) {
      throw new CommandException(
          ExitCode.NO_INPUT,
          "no passphrase for alias " + Quote.of(alias) + "; give --passphrase " + alias + "=FILE");
    }
    Path resolved = surroundings.resolve(file);
    try {
      byte[] content = Files.readAllBytes(resolved);
      int end = content.length;
      while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
        end--;
      }
      byte[] passphrase = Arrays.copyOf(content, end);
      Arrays.fill(content, (byte) 0);
      return passphrase;
    } catch (IOException e) {
      throw new CommandException(ExitCode.NO_INPUT, resolved + " cannot be read", e);
    }
  }
}
