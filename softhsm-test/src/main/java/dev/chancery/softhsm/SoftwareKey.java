package dev.chancery.softhsm;

import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.TokenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.AsymmetricCipherKeyPairGenerator;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** A key pair in memory, with Bouncy Castle's lightweight API. */
final class SoftwareKey {
  private static final int SALT_BYTES = 32;
  private static final int PRIME_CERTAINTY = 112;

  private final KeySpec spec;
  private final AsymmetricCipherKeyPair pair;

  private SoftwareKey(KeySpec spec, AsymmetricCipherKeyPair pair) {
    this.spec = spec;
    this.pair = pair;
  }

  static SoftwareKey generate(KeySpec spec) {
    AsymmetricCipherKeyPairGenerator generator =
        switch (spec) {
          case EC_P256 -> ec();
          case ED25519 -> ed25519();
          case RSA_2048 -> rsa(2048);
          case RSA_3072 -> rsa(3072);
          case RSA_4096 -> rsa(4096);
        };
    return new SoftwareKey(spec, generator.generateKeyPair());
  }

  /** As {@code SigningToken.importKey} takes it and refuses it. */
  static SoftwareKey of(KeySpec spec, byte[] pkcs8, byte[] subjectPublicKeyInfo) {
    try {
      AsymmetricKeyParameter secret = PrivateKeyFactory.createKey(pkcs8);
      boolean fits =
          switch (spec) {
            case EC_P256 -> secret instanceof ECPrivateKeyParameters;
            case ED25519 -> secret instanceof Ed25519PrivateKeyParameters;
            case RSA_2048, RSA_3072, RSA_4096 ->
                throw new TokenException("IMPORT_UNSUPPORTED", "no RSA keys");
          };
      if (!fits) {
        throw new IllegalArgumentException("not a private key of kind " + spec);
      }
      AsymmetricKeyParameter open = PublicKeyFactory.createKey(subjectPublicKeyInfo);
      SoftwareKey key = new SoftwareKey(spec, new AsymmetricCipherKeyPair(open, secret));
      Signer verifier = signer(spec, false, open);
      verifier.update(subjectPublicKeyInfo, 0, subjectPublicKeyInfo.length);
      if (!verifier.verifySignature(key.sign(subjectPublicKeyInfo))) {
        throw new TokenException("SIGNATURE", "the key's signature does not verify");
      }
      return key;
    } catch (IOException e) {
      throw new IllegalArgumentException("not a PKCS#8 private key of kind " + spec);
    }
  }

  private static AsymmetricCipherKeyPairGenerator ec() {
    var generator = new ECKeyPairGenerator();
    var curve =
        new ECNamedDomainParameters(
            SECObjectIdentifiers.secp256r1, CustomNamedCurves.getByName("P-256"));
    generator.init(new ECKeyGenerationParameters(curve, new SecureRandom()));
    return generator;
  }

  private static AsymmetricCipherKeyPairGenerator ed25519() {
    var generator = new Ed25519KeyPairGenerator();
    generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
    return generator;
  }

  private static AsymmetricCipherKeyPairGenerator rsa(int bits) {
    var generator = new RSAKeyPairGenerator();
    generator.init(
        new RSAKeyGenerationParameters(
            BigInteger.valueOf(65537), new SecureRandom(), bits, PRIME_CERTAINTY));
    return generator;
  }

  byte[] subjectPublicKeyInfo() {
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic()).getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] sign(byte[] message) {
    Signer signer = signer(spec, true, pair.getPrivate());
    signer.update(message, 0, message.length);
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new IllegalStateException("signing in memory failed", e);
    }
  }

  /** The algorithm of {@code spec} with signatures in PKCS#11 form. */
  static Signer signer(KeySpec spec, boolean forSigning, AsymmetricKeyParameter key) {
    Signer signer =
        switch (spec) {
          case EC_P256 ->
              new DSADigestSigner(new ECDSASigner(), new SHA256Digest(), PlainDSAEncoding.INSTANCE);
          case ED25519 -> new Ed25519Signer();
          case RSA_2048, RSA_3072, RSA_4096 ->
              new PSSSigner(new RSABlindedEngine(), new SHA256Digest(), SALT_BYTES);
        };
    signer.init(forSigning, key);
    return signer;
  }
}
