package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.api.client.SignedMetadata;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A snapshot file as notary-server stores and serves it: what timestamps name. */
@SuppressWarnings("ArrayRecordComponent") // made and read once; nobody compares two
record ServedSnapshot(byte[] file) {
  /** The file that notary-server makes of {@code signed} and the signature it got for it. */
  static ServedSnapshot of(byte[] signed, SignedMetadata signature) {
    return of(signed, signature.keyid().hex(), signature.method(), signature.sig());
  }

  static ServedSnapshot of(byte[] signed, String keyId, String method, String signature) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("{\"signed\":".getBytes(UTF_8));
    file.writeBytes(signed);
    file.writeBytes(
        (",\"signatures\":[{\"keyid\":\""
                + keyId
                + "\",\"method\":\""
                + method
                + "\",\"sig\":\""
                + signature
                + "\"}]}")
            .getBytes(UTF_8));
    return new ServedSnapshot(file.toByteArray());
  }

  String sha256() {
    return base64Digest("SHA-256", file);
  }

  String sha512() {
    return base64Digest("SHA-512", file);
  }

  /** The value of {@code meta.snapshot} in a timestamp that names this file. */
  String meta() {
    return "{\"hashes\":{\"sha256\":\""
        + sha256()
        + "\",\"sha512\":\""
        + sha512()
        + "\"},\"length\":"
        + file.length
        + "}";
  }

  static String base64Digest(String algorithm, byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
