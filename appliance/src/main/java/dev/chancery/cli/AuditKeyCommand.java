package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.LedgerReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery audit key}. */
@Command(
    name = "key",
    header = "Print the public audit key, for handing to auditors",
    description = {
      "",
      "The key that signs checkpoints, as a C2SP verifier key: what 'chancery audit verify --key'"
          + " and witnesses take. Hand it over by a way that nobody can change it on; 'chancery"
          + " init' wrote it to audit.vkey.",
      "",
      "A new one is made when the token has lost the old one; --all prints every key that ever"
          + " signed, the one in use last."
    },
    footer = {"  chancery audit key node > audit.vkey", "  chancery audit key --pem node"})
final class AuditKeyCommand implements Callable<Integer> {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final Surroundings surroundings;

  @Option(names = "--all", description = "Every one, not only that in use.")
  private boolean all;

  @Option(names = "--pem", description = "As a PEM public key.")
  private boolean pem;

  @Mixin private ConfigOption config = new ConfigOption();

  AuditKeyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    LedgerReader reader = ConfiguredLedger.reader(config.load(surroundings).ledger());
    String ledgerId = reader.head().ledgerId();
    List<AuditKey> keys = reader.auditKeys();
    if (keys.isEmpty()) {
      throw new CommandException(
          ExitCode.UNAVAILABLE, "there is no audit key yet: the server's first start makes it");
    }
    for (AuditKey key : all ? keys : List.of(keys.getLast())) {
      surroundings.out().println(pem ? pem(key) : key.noteKey(ledgerId).vkey());
    }
    return ExitCode.OK.number();
  }

  private static String pem(AuditKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + LINES.encodeToString(key.publicKey().der())
        + "\n-----END PUBLIC KEY-----";
  }
}
