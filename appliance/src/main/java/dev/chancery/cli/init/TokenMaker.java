package dev.chancery.cli.init;

import dev.chancery.hsm.Pin;
import dev.chancery.hsm.TokenIdentity;
import java.nio.file.Path;

/** Initialises a token; a seam, so that the rest of {@code init} is tested without one. */
@FunctionalInterface
public interface TokenMaker {
  /**
   * Initialises a free token of {@code module}.
   *
   * @param softhsmConf value of SOFTHSM2_CONF for the library
   * @throws dev.chancery.hsm.TokenException if there is none or the library says no
   */
  TokenIdentity make(Path module, Path softhsmConf, String label, Pin soPin, Pin userPin);
}
