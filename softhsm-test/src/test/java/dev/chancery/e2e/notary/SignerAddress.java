package dev.chancery.e2e.notary;

import java.nio.file.Path;

/**
 * The signer that a notary-server is given, on {@code localhost}.
 *
 * @param ca that the signer's certificate is of
 * @param certificate the notary-server's own
 */
record SignerAddress(int port, Path ca, Path certificate, Path key) {
  /** In the appliance's directory {@code tls}, as {@code chancery init} made it. */
  static SignerAddress of(int port, Path tls) {
    return new SignerAddress(
        port,
        tls.resolve("ca.crt"),
        tls.resolve("notary-server.crt"),
        tls.resolve("notary-server.key"));
  }
}
