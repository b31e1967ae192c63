package dev.chancery.ceremony;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootKeyObjects;
import dev.chancery.metadata.RootSignature;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key of P-256 that signs in the test. */
public final class TestKey {
  private final KeyPair pair;
  private final VerificationKey key;

  private TestKey(KeyPair pair) {
    this.pair = pair;
    this.key = VerificationKey.parse(Algorithm.ECDSA, pair.getPublic().getEncoded());
  }

  public static TestKey make() {
    return new TestKey(pair("secp256r1"));
  }

  static KeyPair pair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonObject tuf() {
    return RootKeyObjects.of(Dialect.TUF, key);
  }

  JsonObject notary() {
    return RootKeyObjects.of(Dialect.NOTARY, key);
  }

  /** The object of a Notary root key with a certificate until {@code end}. */
  JsonObject certified(String commonName, Instant end) {
    return RootKeyObjects.ofCertificate(key, certificate(pair, commonName, end, false));
  }

  static byte[] certificate(KeyPair pair, String name, Instant end, boolean authority) {
    try (StringWriter text = new StringWriter();
        JcaPEMWriter pem = new JcaPEMWriter(text)) {
      X500Name subject = new X500Name("CN=" + name);
      X509CertificateHolder certificate =
          new JcaX509v3CertificateBuilder(
                  subject,
                  BigInteger.valueOf(end.getEpochSecond()),
                  Date.from(Instant.parse("2026-11-01T00:00:00Z")),
                  Date.from(end),
                  subject,
                  pair.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      pem.writeObject(certificate);
      pem.flush();
      return text.toString().getBytes(StandardCharsets.US_ASCII);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static String id(JsonObject object) {
    return Sha256.of(CanonicalJson.encode(object)).hex();
  }

  public String tufId() {
    return id(tuf());
  }

  public CustodianKey custodian() {
    return CustodianKey.of(pair.getPublic().getEncoded());
  }

  byte[] publicPem() {
    return ("-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  public RawSignature sign(byte[] message) {
    return new RawSignature(signature("SHA256withECDSAinP1363Format", message));
  }

  /** As openssl writes it. */
  public byte[] signDer(byte[] message) {
    return signature("SHA256withECDSA", message);
  }

  private byte[] signature(String algorithm, byte[] message) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(pair.getPrivate());
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A signature of a TUF root. */
  public RootSignature sign(RootDocument root) {
    return sign(root, tufId());
  }

  RootSignature sign(RootDocument root, String id) {
    return RootSignature.of(root.dialect(), id, key, sign(root.canonical().bytes()));
  }
}
