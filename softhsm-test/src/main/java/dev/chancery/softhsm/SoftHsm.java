package dev.chancery.softhsm;

import dev.chancery.hsm.Pin;
import dev.chancery.hsm.PinSource;
import dev.chancery.hsm.Pkcs11Config;
import dev.chancery.hsm.Pkcs11Token;
import dev.chancery.hsm.TokenIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A SoftHSM token for tests, with random PINs. It lives as long as the JVM's tests; several exist
 * side by side.
 */
public final class SoftHsm {
  private static final int THREADS = 2;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Path module;
  private final Path configFile;
  private final TokenIdentity identity;
  private final Path userPinFile;
  private final Path tokenDirectory;

  SoftHsm(
      Path module, Path configFile, TokenIdentity identity, Path userPinFile, Path tokenDirectory) {
    this.module = module;
    this.configFile = configFile;
    this.identity = identity;
    this.userPinFile = userPinFile;
    this.tokenDirectory = tokenDirectory;
  }

  /** The PKCS#11 library. */
  public Path modulePath() {
    return module;
  }

  /** Label and serial number. */
  public TokenIdentity identity() {
    return identity;
  }

  /** The token's label. */
  public String label() {
    return identity.label();
  }

  /** The token's serial number. */
  public String serial() {
    return identity.serial();
  }

  /** A file of mode 0600 with the user's PIN in its only line. */
  public Path userPinFile() {
    return userPinFile;
  }

  /** The user's PIN, to be closed by the caller. */
  public Pin userPin() {
    return PinSource.file(userPinFile).read();
  }

  /** The configuration file that SoftHSM uses in this process. */
  public Path configFile() {
    return configFile;
  }

  /** Where SoftHSM keeps this token's objects: move it away to see a token lose its storage. */
  public Path tokenDirectory() {
    return tokenDirectory;
  }

  /** What a child process needs in its environment to see the same tokens. */
  public Map<String, String> environment() {
    return Map.of("SOFTHSM2_CONF", configFile.toString());
  }

  /** This token, for {@link Pkcs11Token#open}: two threads, a deadline of 30 s. */
  public Pkcs11Config config() {
    return new Pkcs11Config(
        module, identity.label(), Optional.of(identity.serial()), THREADS, DEADLINE);
  }

  /** Opens the token; it may be open several times. */
  public Pkcs11Token open() {
    return Pkcs11Token.open(config(), PinSource.file(userPinFile));
  }

  @Override
  public String toString() {
    return "SoftHsm[" + identity + "]";
  }
}
