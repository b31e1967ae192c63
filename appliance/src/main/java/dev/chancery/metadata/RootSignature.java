package dev.chancery.metadata;

import dev.chancery.api.Dialect;
import dev.chancery.api.RawSignature;
import dev.chancery.crypto.VerificationKey;

/**
 * A signature of a root, in the form of its dialect.
 *
 * @param keyId the name under which the key stands in the root
 * @param method Notary's {@code method}; empty in TUF 1.0
 * @param sig base64 in Notary, lower-case hexadecimal digits in TUF 1.0; not empty
 */
public record RootSignature(String keyId, String method, String sig) {
  /** What the token made, in the form of {@code dialect} (RULES K-N3 to K-N7, T-7). */
  public static RootSignature of(
      Dialect dialect, String keyId, VerificationKey key, RawSignature signature) {
    return switch (dialect) {
      case NOTARY -> new RootSignature(keyId, key.algorithm().notaryMethod(), signature.base64());
      case TUF -> new RootSignature(keyId, "", TufKeys.encode(key.algorithm(), signature));
    };
  }
}
