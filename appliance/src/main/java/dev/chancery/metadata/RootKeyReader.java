package dev.chancery.metadata;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.jspecify.annotations.Nullable;

/** Reads the key objects of roots: what they are, whatever their labels say (RULES TR-7). */
final class RootKeyReader {
  private static final String UNREADABLE = "unreadable";
  private static final String X509 = "-x509";

  private RootKeyReader() {}

  static RootKey read(Dialect dialect, String id, JsonObject object) {
    return switch (dialect) {
      case NOTARY -> notary(id, object);
      case TUF -> tuf(id, object);
    };
  }

  private static RootKey notary(String id, JsonObject object) {
    String type = keyType(object);
    byte[] value = notaryPublic(object);
    if (value == null) {
      return unreadable(id, object, type);
    }
    if (type.endsWith(X509)) {
      Optional<RootCertificate> certificate = RootCertificate.read(value);
      return certificate
          .map(
              read ->
                  key(
                      id,
                      object,
                      type.substring(0, type.length() - X509.length()),
                      read.publicKey().der(),
                      certificate))
          .orElseGet(() -> unreadable(id, object, type));
    }
    byte[] spki = type.equals("ed25519") ? ed25519(value) : value;
    return spki == null
        ? unreadable(id, object, type)
        : key(id, object, type, spki, Optional.empty());
  }

  private static RootKey tuf(String id, JsonObject object) {
    Optional<VerificationKey> known = TufKeyObjects.read(object);
    byte[] spki =
        known
            .map(VerificationKey::subjectPublicKeyInfo)
            .or(() -> Optional.ofNullable(TufKeyObjects.pemOf(object)))
            .orElse(null);
    if (spki == null) {
      return unreadable(id, object, keyType(object));
    }
    return new RootKey(
        id,
        object,
        keyType(object),
        kind(spki),
        known,
        Optional.of(Sha256.of(spki)),
        Optional.empty());
  }

  // The label says how clients verify: a key of another kind under it verifies nothing.
  private static RootKey key(
      String id,
      JsonObject object,
      String label,
      byte[] spki,
      Optional<RootCertificate> certificate) {
    Optional<VerificationKey> verifier =
        Arrays.stream(Algorithm.values())
            .filter(algorithm -> algorithm.notaryKeyType().equals(label))
            .flatMap(algorithm -> parse(algorithm, spki).stream())
            .findFirst();
    return new RootKey(
        id,
        object,
        keyType(object),
        kind(spki),
        verifier,
        Optional.of(Sha256.of(spki)),
        certificate);
  }

  private static Optional<VerificationKey> parse(Algorithm algorithm, byte[] spki) {
    try {
      return Optional.of(VerificationKey.parse(algorithm, spki));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static RootKey unreadable(String id, JsonObject object, String type) {
    return new RootKey(
        id, object, type, UNREADABLE, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static String kind(byte[] spki) {
    try {
      AsymmetricKeyParameter key = PublicKeyFactory.createKey(spki);
      return switch (key) {
        case ECPublicKeyParameters ec -> "ECDSA P-" + ec.getParameters().getCurve().getFieldSize();
        case RSAKeyParameters rsa -> "RSA " + rsa.getModulus().bitLength();
        case Ed25519PublicKeyParameters ed25519 -> "Ed25519";
        default -> UNREADABLE;
      };
    } catch (IOException | IllegalArgumentException e) {
      return UNREADABLE;
    }
  }

  private static byte @Nullable [] notaryPublic(JsonObject object) {
    return object.get("keyval") instanceof JsonObject keyval
            && keyval.get("public") instanceof JsonValue.JsonString(var text)
        ? Base64s.decode(text)
        : null;
  }

  private static byte @Nullable [] ed25519(byte[] value) {
    try {
      return NotaryKeys.subjectPublicKeyInfo(Algorithm.ED25519, value);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String keyType(JsonObject object) {
    return object.get("keytype") instanceof JsonValue.JsonString(var type) ? type : "";
  }
}
