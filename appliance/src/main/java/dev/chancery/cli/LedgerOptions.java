package dev.chancery.cli;

import dev.chancery.config.ConfigException;
import dev.chancery.config.LedgerConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a ledger is that is in a database. */
final class LedgerOptions {
  @Option(
      names = "--ledger-url",
      paramLabel = "URL",
      description =
          "The database: postgresql://host:port/name, several hosts separated by commas. No login"
              + " in it.")
  private @Nullable String url;

  @Option(
      names = "--ledger-user",
      paramLabel = "USER",
      description = "Who logs in there. Default: ${DEFAULT-VALUE}.",
      defaultValue = "chancery")
  private String user = "";

  @Option(
      names = "--ledger-password-file",
      paramLabel = "FILE",
      description = "Its first line is the password; mode 0600.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--ledger-ca",
      paramLabel = "FILE",
      description =
          "PEM: the authorities of the server's certificate. Needed unless it is on this machine.")
  private @Nullable Path ca;

  /**
   * The database; null if none is named.
   *
   * @throws CommandException if what is named cannot be one
   */
  LedgerConfig.@Nullable Postgresql database(Surroundings surroundings) {
    if (url == null) {
      return null;
    }
    try {
      return LedgerConfig.postgresql(
          url,
          user,
          passwordFile == null ? null : surroundings.resolve(passwordFile),
          ca == null ? null : surroundings.resolve(ca));
    } catch (ConfigException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
