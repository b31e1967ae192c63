package dev.chancery.migrate;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.PasswordBasedDecrypter;
import dev.chancery.api.Algorithm;
import java.io.IOException;
import java.text.ParseException;
import java.util.Arrays;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A private key out of notary-signer's table. Its bytes are overwritten by {@link #close}; copies
 * that the JSON and ASN.1 libraries made on the way are the garbage collector's.
 */
public final class SoftwareKey implements AutoCloseable {
  /** Public key, seed and public key again: how Go and then Notary store an Ed25519 key. */
  private static final int ED25519_BYTES = 96;

  private static final int ED25519_SEED_FROM = 32;
  private static final int ED25519_SEED_TO = 64;

  private final byte[] pkcs8;

  private SoftwareKey(byte[] pkcs8) {
    this.pkcs8 = pkcs8;
  }

  /**
   * The private half of {@code key} out of the database.
   *
   * @param passphrase of its alias, UTF-8; the caller wipes it
   * @throws MigrationException as {@link #decrypt}, or if the database does not answer
   */
  public static SoftwareKey read(DatabaseLogin login, SignerKey.Usable key, byte[] passphrase) {
    return decrypt(SignerDatabase.privateHalf(login, key.id()), passphrase, key.algorithm());
  }

  /**
   * Decrypts one key.
   *
   * @param jwe as in the column {@code private}: compact serialisation, PBES2-HS256+A128KW, A256GCM
   * @param passphrase UTF-8; the caller wipes it
   * @throws MigrationException if it is encrypted in another way, the passphrase is not the one, or
   *     there is no key of {@code algorithm} within
   */
  static SoftwareKey decrypt(String jwe, byte[] passphrase, Algorithm algorithm) {
    byte[] content = content(jwe, passphrase);
    try {
      return new SoftwareKey(pkcs8(content, algorithm));
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      // Without the cause: an ASN.1 reader's message could quote the key.
      throw MigrationException.input("what was decrypted is no " + algorithm.id() + " key");
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** DER PrivateKeyInfo (RFC 5208); not a copy, and zeros once closed. */
  public byte[] pkcs8() {
    return pkcs8;
  }

  @Override
  public void close() {
    Arrays.fill(pkcs8, (byte) 0);
  }

  private static byte[] content(String jwe, byte[] passphrase) {
    JWEObject parsed;
    try {
      parsed = JWEObject.parse(jwe);
    } catch (ParseException e) {
      throw MigrationException.input("the private half is no JWE in compact form");
    }
    if (!JWEAlgorithm.PBES2_HS256_A128KW.equals(parsed.getHeader().getAlgorithm())
        || !EncryptionMethod.A256GCM.equals(parsed.getHeader().getEncryptionMethod())) {
      throw MigrationException.input(
          "the private half is not encrypted with PBES2-HS256+A128KW and A256GCM");
    }
    try {
      parsed.decrypt(new PasswordBasedDecrypter(passphrase));
    } catch (JOSEException e) {
      throw MigrationException.input(
          "the private half cannot be decrypted; is this the passphrase of its alias?");
    }
    return parsed.getPayload().toBytes();
  }

  private static byte[] pkcs8(byte[] content, Algorithm algorithm) throws IOException {
    return switch (algorithm) {
      case ECDSA ->
          new PrivateKeyInfo(
                  new AlgorithmIdentifier(
                      X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
                  ECPrivateKey.getInstance(content))
              .getEncoded();
      case ED25519 -> {
        if (content.length != ED25519_BYTES) {
          throw new IllegalArgumentException("another length than Notary's");
        }
        byte[] seed = Arrays.copyOfRange(content, ED25519_SEED_FROM, ED25519_SEED_TO);
        try {
          yield new PrivateKeyInfo(
                  new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
                  new DEROctetString(seed))
              .getEncoded();
        } finally {
          Arrays.fill(seed, (byte) 0);
        }
      }
      case RSA_2048, RSA_3072, RSA_4096 ->
          new PrivateKeyInfo(
                  new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                  RSAPrivateKey.getInstance(content))
              .getEncoded();
    };
  }
}
