package dev.chancery;

import dev.chancery.config.PinConfig;
import dev.chancery.config.TokenConfig;
import dev.chancery.hsm.NativeEnvironment;
import dev.chancery.hsm.PinSource;
import dev.chancery.hsm.Pkcs11Config;
import dev.chancery.hsm.Pkcs11Token;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenSupervisor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Opens the token that the configuration names. */
public final class ConfiguredToken {
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private ConfiguredToken() {}

  /**
   * Prepares the library's environment, then finds the token and logs in.
   *
   * @param environment of this process, for systemd's credentials
   * @throws TokenException as {@link Pkcs11Token#open} does
   */
  public static Pkcs11Token open(TokenConfig token, Map<String, String> environment) {
    prepare(token);
    return Pkcs11Token.open(settings(token), pin(token.pin(), token.label(), environment));
  }

  /**
   * The same token, opened again in the background whenever it was away.
   *
   * @param environment of this process, for systemd's credentials
   * @throws TokenException as {@link TokenSupervisor#open} does
   */
  public static TokenSupervisor supervise(TokenConfig token, Map<String, String> environment) {
    prepare(token);
    return TokenSupervisor.open(settings(token), pin(token.pin(), token.label(), environment));
  }

  private static Pkcs11Config settings(TokenConfig token) {
    return new Pkcs11Config(
        token.module(),
        token.label(),
        Optional.of(token.serial()),
        token.sessions(),
        token.deadline());
  }

  /** Sets the variables that the PKCS#11 library reads when it is loaded. */
  public static void prepare(TokenConfig token) {
    token.environment().forEach(NativeEnvironment::set);
  }

  private static PinSource pin(PinConfig pin, String label, Map<String, String> environment) {
    return switch (pin) {
      case PinConfig.PinFile file -> PinSource.file(file.path());
      case PinConfig.Prompt prompt -> PinSource.prompt("PIN of token " + label + ":");
      case PinConfig.Credential credential -> {
        String directory = environment.get(CREDENTIALS);
        if (directory == null) {
          throw new TokenException(
              "PIN_UNAVAILABLE",
              "the PIN is the systemd credential \""
                  + credential.name()
                  + "\", but $CREDENTIALS_DIRECTORY is not set: start it as a systemd unit with"
                  + " LoadCredential, or give token.pin as a file");
        }
        yield PinSource.credential(Path.of(directory), credential.name());
      }
    };
  }
}
