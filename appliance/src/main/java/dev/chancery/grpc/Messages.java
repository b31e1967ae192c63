package dev.chancery.grpc;

import com.google.protobuf.ByteString;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.SigningOutcome;
import dev.chancery.grpc.proto.Algorithm;
import dev.chancery.grpc.proto.GetKeyInfoResponse;
import dev.chancery.grpc.proto.KeyID;
import dev.chancery.grpc.proto.KeyInfo;
import dev.chancery.grpc.proto.PublicKey;
import dev.chancery.grpc.proto.Signature;
import dev.chancery.metadata.MetadataDialects;
import java.util.function.Function;

/** Between the messages of proto/signer.proto and the values of the house. */
final class Messages {
  private Messages() {}

  /**
   * The key id that a message holds. One that no key can have, a missing or empty one too, is
   * answered like one that no key has.
   *
   * @throws RefusedException KEY_UNKNOWN
   */
  static KeyId keyId(KeyID message) {
    try {
      return new KeyId(message.getID());
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          Refusal.KEY_UNKNOWN,
          "key id " + Quote.of(message.getID()),
          "64 lower-case hexadecimal digits, the id of a key made here",
          "send the key id that CreateKey's public key has");
    }
  }

  /**
   * A member of a request, as {@code reader} reads it.
   *
   * @throws RefusedException {@code reason} if it cannot
   */
  static <T> T read(Refusal reason, String name, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          reason,
          name + " " + Quote.of(text),
          allowed(name),
          "correct the request as signer.proto has it");
    }
  }

  private static String allowed(String name) {
    return switch (name) {
      case "algorithm" -> "ecdsa or ed25519";
      case "role" -> "timestamp or snapshot; root and targets keys are not held for a trust server";
      default -> "1 to 255 bytes of UTF-8 without control characters";
    };
  }

  static PublicKey publicKey(KeyRecord key) {
    return PublicKey.newBuilder().setKeyInfo(keyInfo(key)).setPublicKey(bytes(key)).build();
  }

  static GetKeyInfoResponse keyInfoResponse(KeyRecord key) {
    return GetKeyInfoResponse.newBuilder()
        .setKeyInfo(keyInfo(key))
        .setPublicKey(bytes(key))
        .setRole(key.role().id())
        .build();
  }

  /** A signature; a refusal is thrown. */
  static Signature signature(SigningOutcome outcome) {
    return switch (outcome) {
      case SigningOutcome.Signed signed ->
          Signature.newBuilder()
              .setKeyInfo(keyInfo(signed.keyId(), signed.algorithm()))
              .setAlgorithm(algorithm(signed.algorithm().notaryMethod()))
              .setContent(ByteString.copyFrom(signed.signature().bytes()))
              .build();
      case SigningOutcome.Refused refused -> throw refused.refusal();
      case SigningOutcome.Checked checked ->
          throw new IllegalStateException("a signature was asked for, not a verdict: " + checked);
    };
  }

  private static ByteString bytes(KeyRecord key) {
    return ByteString.copyFrom(
        MetadataDialects.of(key.dialect()).publicKey(key.algorithm(), key.publicKey().der()));
  }

  private static KeyInfo keyInfo(KeyRecord key) {
    return keyInfo(key.id(), key.algorithm());
  }

  private static KeyInfo keyInfo(KeyId id, dev.chancery.api.Algorithm algorithm) {
    return KeyInfo.newBuilder()
        .setKeyID(KeyID.newBuilder().setID(id.hex()))
        .setAlgorithm(algorithm(algorithm.notaryKeyType()))
        .build();
  }

  private static Algorithm algorithm(String name) {
    return Algorithm.newBuilder().setAlgorithm(name).build();
  }
}
