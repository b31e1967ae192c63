package dev.chancery;

import dev.chancery.config.PinConfig;
import dev.chancery.config.TokenConfig;
import dev.chancery.hsm.NativeEnvironment;
import dev.chancery.hsm.PinSource;
import dev.chancery.hsm.Pkcs11Config;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenSupervisor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The token that the configuration names, in the words of the part that opens it. */
public final class ConfiguredToken {
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private ConfiguredToken() {}

  /** Sets the variables that the PKCS#11 library reads when it is loaded. */
  public static void prepare(TokenConfig token) {
    token.environment().forEach(NativeEnvironment::set);
  }

  /**
   * The token, opened again in the background whenever it was away.
   *
   * @param environment of this process, for systemd's credentials
   * @throws TokenException as {@link TokenSupervisor#open} does
   */
  static TokenSupervisor supervise(TokenConfig token, Map<String, String> environment) {
    prepare(token);
    return TokenSupervisor.open(of(token), pin(token, environment));
  }

  /** Which token, and how. */
  public static Pkcs11Config of(TokenConfig token) {
    return new Pkcs11Config(
        token.module(),
        token.label(),
        Optional.of(token.serial()),
        token.sessions(),
        token.deadline());
  }

  /**
   * Where its PIN comes from.
   *
   * @param environment of this process, for systemd's credentials
   */
  public static PinSource pin(TokenConfig token, Map<String, String> environment) {
    return switch (token.pin()) {
      case PinConfig.PinFile(Path path) -> PinSource.file(path);
      case PinConfig.Prompt() -> PinSource.prompt("PIN of token " + token.label() + ":");
      case PinConfig.Credential(String name) -> {
        String directory = environment.get(CREDENTIALS);
        yield directory == null
            ? noCredentials(name)
            : PinSource.credential(Path.of(directory), name);
      }
    };
  }

  private static PinSource noCredentials(String name) {
    return () -> {
      throw new TokenException(
          "PIN_UNAVAILABLE",
          "the PIN is the systemd credential \""
              + name
              + "\", but $CREDENTIALS_DIRECTORY is not set; start it as a systemd unit with"
              + " LoadCredential, or give token.pin as a file");
    };
  }
}
