package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.util.List;

/**
 * A signature as the server gave it.
 *
 * @param method in the words of the dialect: Notary has {@code ecdsa}, {@code eddsa} or {@code
 *     rsapss}, TUF 1.0 a scheme such as {@code ecdsa-sha2-nistp256}
 * @param sig as it goes into the envelope: Notary in standard base64, TUF 1.0 in hexadecimal digits
 * @param version of the metadata signed
 * @param canonicalSha256 of the bytes signed, 64 lower-case hexadecimal digits
 * @param sequence number of the ledger row that holds the decision
 * @param recorded whether this signature was made before, for the same bytes
 * @param warnings what an operator should look at
 */
public record SignedMetadata(
    KeyId keyid,
    String method,
    String sig,
    long version,
    String canonicalSha256,
    long sequence,
    boolean recorded,
    List<String> warnings) {
  public SignedMetadata {
    warnings = List.copyOf(warnings);
  }
}
