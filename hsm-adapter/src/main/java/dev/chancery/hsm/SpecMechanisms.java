package dev.chancery.hsm;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.util.BigIntegers;

/** What each {@link KeySpec} means to a token and to X.509. */
final class SpecMechanisms {
  /** DER of the object identifiers, as CKA_EC_PARAMS takes them. */
  private static final byte[] OID_P256 = HexFormat.of().parseHex("06082a8648ce3d030107");

  private static final byte[] OID_ED25519 = HexFormat.of().parseHex("06032b6570");

  private static final byte[] RSA_EXPONENT = {1, 0, 1};
  private static final int P256_POINT_BYTES = 65;
  private static final int ED25519_POINT_BYTES = 32;

  private SpecMechanisms() {}

  /** The kinds of key that a token with these mechanisms can make and sign with. */
  static Set<KeySpec> supported(long[] mechanisms) {
    Set<KeySpec> supported = EnumSet.noneOf(KeySpec.class);
    for (KeySpec spec : KeySpec.values()) {
      boolean generates = contains(mechanisms, generation(spec).type());
      if (generates && contains(mechanisms, signing(spec).type())) {
        supported.add(spec);
      }
    }
    return supported;
  }

  private static boolean contains(long[] mechanisms, long wanted) {
    return Arrays.stream(mechanisms).anyMatch(mechanism -> mechanism == wanted);
  }

  static Mechanism generation(KeySpec spec) {
    return new Mechanism(
        switch (spec) {
          case EC_P256 -> Ckm.EC_KEY_PAIR_GEN;
          case ED25519 -> Ckm.EC_EDWARDS_KEY_PAIR_GEN;
          case RSA_2048, RSA_3072, RSA_4096 -> Ckm.RSA_PKCS_KEY_PAIR_GEN;
        });
  }

  static Mechanism signing(KeySpec spec) {
    return switch (spec) {
      case EC_P256 -> new Mechanism(Ckm.ECDSA);
      case ED25519 -> new Mechanism(Ckm.EDDSA);
      case RSA_2048, RSA_3072, RSA_4096 -> Mechanism.PSS_SHA256;
    };
  }

  /** What the mechanism of {@link #signing} takes: the SHA-256 digest; Ed25519 the message. */
  static byte[] signingInput(KeySpec spec, byte[] message) {
    return spec == KeySpec.ED25519 ? message : sha256(message);
  }

  static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static int rsaBits(KeySpec spec) {
    return switch (spec) {
      case RSA_2048 -> 2048;
      case RSA_3072 -> 3072;
      case RSA_4096 -> 4096;
      case EC_P256, ED25519 -> throw new IllegalArgumentException(spec + " is not RSA");
    };
  }

  /** The public half's template, for a session object: the certificate keeps the public key. */
  static Template publicTemplate(KeySpec spec) {
    Template template = new Template().with(Cka.CKA_TOKEN, false).with(Cka.CKA_VERIFY, true);
    return switch (spec) {
      case EC_P256 -> template.with(Cka.CKA_EC_PARAMS, OID_P256);
      case ED25519 -> template.with(Cka.CKA_EC_PARAMS, OID_ED25519);
      case RSA_2048, RSA_3072, RSA_4096 ->
          template
              .with(Cka.CKA_MODULUS_BITS, rsaBits(spec))
              .with(Cka.CKA_PUBLIC_EXPONENT, RSA_EXPONENT);
    };
  }

  static SubjectPublicKeyInfo ecPublicKey(KeySpec spec, byte[] ecPoint) {
    byte[] point = unwrapped(ecPoint, spec == KeySpec.ED25519);
    AlgorithmIdentifier algorithm =
        spec == KeySpec.ED25519
            ? new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519)
            : new AlgorithmIdentifier(
                X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    return new SubjectPublicKeyInfo(algorithm, point);
  }

  /** CKA_EC_POINT is a DER OCTET STRING (v2.40); some tokens give its content alone. */
  private static byte[] unwrapped(byte[] ecPoint, boolean edwards) {
    int bytes = edwards ? ED25519_POINT_BYTES : P256_POINT_BYTES;
    if (ecPoint.length == bytes) {
      return ecPoint;
    }
    try {
      byte[] content =
          ASN1OctetString.getInstance(ASN1Primitive.fromByteArray(ecPoint)).getOctets();
      if (content.length == bytes) {
        return content;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new TokenException("PUBLIC_KEY", "the token's CKA_EC_POINT is no OCTET STRING", e);
    }
    throw new TokenException("PUBLIC_KEY", "the token's CKA_EC_POINT has a wrong length");
  }

  static SubjectPublicKeyInfo rsaPublicKey(byte[] modulus, byte[] exponent) throws IOException {
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
        new RSAPublicKey(new BigInteger(1, modulus), new BigInteger(1, exponent)));
  }

  /**
   * A software key as C_CreateObject takes it: CKA_KEY_TYPE, CKA_EC_PARAMS and CKA_VALUE.
   *
   * @param pkcs8 DER PrivateKeyInfo
   * @throws TokenException {@code IMPORT_UNSUPPORTED} if {@code spec} is RSA
   * @throws IllegalArgumentException if {@code pkcs8} is not a private key of that kind
   */
  static Template softwareKey(KeySpec spec, byte[] pkcs8) {
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
      return switch (spec) {
        case EC_P256 ->
            new Template()
                .with(Cka.CKA_KEY_TYPE, Cka.CKK_EC)
                .with(Cka.CKA_EC_PARAMS, OID_P256)
                .withSecret(Cka.CKA_VALUE, p256Value(info));
        case ED25519 ->
            new Template()
                .with(Cka.CKA_KEY_TYPE, Cka.CKK_EC_EDWARDS)
                .with(Cka.CKA_EC_PARAMS, OID_ED25519)
                .withSecret(Cka.CKA_VALUE, ed25519Value(info));
        case RSA_2048, RSA_3072, RSA_4096 ->
            throw new TokenException("IMPORT_UNSUPPORTED", "RSA keys are not put into the token");
      };
    } catch (IOException e) {
      // Without its cause, which could show bytes of the key.
      throw new IllegalArgumentException("not a PKCS#8 private key of kind " + spec);
    }
  }

  private static byte[] p256Value(PrivateKeyInfo info) throws IOException {
    if (!SECObjectIdentifiers.secp256r1.equals(info.getPrivateKeyAlgorithm().getParameters())) {
      throw new IllegalArgumentException("not a private key on P-256");
    }
    return BigIntegers.asUnsignedByteArray(
        32, ECPrivateKey.getInstance(info.parsePrivateKey()).getKey());
  }

  private static byte[] ed25519Value(PrivateKeyInfo info) throws IOException {
    if (!EdECObjectIdentifiers.id_Ed25519.equals(info.getPrivateKeyAlgorithm().getAlgorithm())) {
      throw new IllegalArgumentException("not an Ed25519 private key");
    }
    return ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
  }

  /** The X.509 name of how {@code spec} signs (RFC 3279, RFC 8410, RFC 4055). */
  static AlgorithmIdentifier signatureAlgorithm(KeySpec spec) {
    return switch (spec) {
      case EC_P256 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      case ED25519 -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
      case RSA_2048, RSA_3072, RSA_4096 -> {
        var sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        yield new AlgorithmIdentifier(
            PKCSObjectIdentifiers.id_RSASSA_PSS,
            new RSASSAPSSparams(
                sha256,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256),
                new ASN1Integer(32),
                new ASN1Integer(1)));
      }
    };
  }

  /** A PKCS#11 signature as X.509 has it: ECDSA becomes a DER sequence, others stay. */
  static byte[] x509Signature(KeySpec spec, byte[] signature) throws IOException {
    if (spec != KeySpec.EC_P256) {
      return signature;
    }
    BigInteger n = CustomNamedCurves.getByName("P-256").getN();
    return StandardDSAEncoding.INSTANCE.encode(
        n,
        new BigInteger(1, Arrays.copyOfRange(signature, 0, 32)),
        new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)));
  }

  /**
   * What kind of key {@code publicKey} belongs to.
   *
   * @throws TokenException {@code KEY_UNSUPPORTED} for any other curve, size or algorithm
   */
  static KeySpec specOf(SubjectPublicKeyInfo publicKey) {
    var algorithm = publicKey.getAlgorithm();
    if (algorithm.getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519)) {
      return KeySpec.ED25519;
    }
    if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
        && SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters())) {
      return KeySpec.EC_P256;
    }
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      try {
        int bits = RSAPublicKey.getInstance(publicKey.parsePublicKey()).getModulus().bitLength();
        for (KeySpec spec : EnumSet.of(KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096)) {
          if (rsaBits(spec) == bits) {
            return spec;
          }
        }
      } catch (IOException | IllegalArgumentException e) {
        throw new TokenException("KEY_UNSUPPORTED", "the RSA public key cannot be read", e);
      }
    }
    throw new TokenException(
        "KEY_UNSUPPORTED", "neither P-256, Ed25519 nor RSA of 2048, 3072 or 4096 bits");
  }
}
