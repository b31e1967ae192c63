package dev.chancery.hsm;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a PKCS#11 module and its tokens without logging in to any. */
public final class Pkcs11Module {
  private static final Logger log = LoggerFactory.getLogger(Pkcs11Module.class);

  private final Cryptoki cryptoki;

  private Pkcs11Module(Cryptoki cryptoki) {
    this.cryptoki = cryptoki;
  }

  /**
   * Loads the library at {@code path}, once per process.
   *
   * @throws TokenException {@code MODULE_NOT_LOADED}, or with the CKR name
   */
  public static Pkcs11Module load(Path path) {
    return new Pkcs11Module(Cryptoki.load(path));
  }

  /** What the library says of itself. */
  public LibraryInfo library() {
    return cryptoki.info();
  }

  /**
   * The tokens present; {@link TokenInfo#initialized} tells those that have a label. One that does
   * not answer is named in the log.
   */
  public List<TokenInfo> tokens() {
    return Slots.tokens(cryptoki, unreadable -> log.warn("{}", unreadable));
  }

  /** The mechanisms of a token, by number. */
  public List<MechanismInfo> mechanisms(TokenInfo token) {
    return Arrays.stream(cryptoki.mechanisms(token.slot()))
        .sorted()
        .mapToObj(mechanism -> cryptoki.mechanismInfo(token.slot(), mechanism))
        .toList();
  }
}
