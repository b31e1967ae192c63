package dev.chancery.hsm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.Provider;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a key pair and the certificate that carries its public key. Nothing stays behind when a
 * step fails: neither key nor certificate, and never a public key object.
 */
final class KeyMaker {
  /** The certificate only carries the key: it has no well-defined end (RFC 5280, 4.1.2.5). */
  private static final Time NEVER = new Time(new DERGeneralizedTime("99991231235959Z"));

  private static final Time EPOCH = new Time(new DERUTCTime("700101000000Z"));
  private static final int MAX_PUBLIC_KEY_BYTES = 1024;

  /** Passed along, never registered: the JVM's list of providers is the application's. */
  private static final Provider VERIFIER = new BouncyCastleProvider();

  private static final Logger log = LoggerFactory.getLogger(KeyMaker.class);

  private final Cryptoki cryptoki;
  private final long slot;
  private final KeyReader reader;
  private final Runnable beforeSign;

  /**
   * @param beforeSign called before each C_Sign
   */
  KeyMaker(Cryptoki cryptoki, long slot, KeyReader reader, Runnable beforeSign) {
    this.cryptoki = cryptoki;
    this.slot = slot;
    this.reader = reader;
    this.beforeSign = beforeSign;
  }

  /**
   * A new key under an id that is known to be free.
   *
   * @param session of this key's own, to be closed by the caller even if this fails: that destroys
   *     the public key object, which belongs to the session
   */
  KeyReader.StoredKey make(long session, KeySpec spec, String id) {
    Cryptoki.KeyPairHandles pair =
        cryptoki.generateKeyPair(
            session,
            SpecMechanisms.generation(spec),
            SpecMechanisms.publicTemplate(spec),
            signOnly(new Template(), id));
    return completed(
        session,
        spec,
        id,
        pair.privateKey(),
        KeyAttributeCheck::check,
        () -> {
          SubjectPublicKeyInfo publicKey = publicKey(session, spec, pair.publicKey());
          cryptoki.destroyObject(session, pair.publicKey());
          return publicKey;
        });
  }

  /**
   * A software key put into the token under an id that is known to be free.
   *
   * @param session as for {@link #make}
   * @param privateKey CKA_KEY_TYPE and what goes with it; wiped here
   */
  KeyReader.StoredKey put(
      long session, KeySpec spec, String id, Template privateKey, byte[] publicKey) {
    long handle;
    try {
      handle =
          cryptoki.createObject(
              session, signOnly(privateKey, id).with(Cka.CKA_CLASS, Cka.CKO_PRIVATE_KEY));
    } finally {
      privateKey.wipe();
    }
    return completed(
        session,
        spec,
        id,
        handle,
        KeyAttributeCheck::checkImported,
        () -> SubjectPublicKeyInfo.getInstance(publicKey));
  }

  private interface AttributeCheck {
    void check(String id, KeyAttributes attributes);
  }

  private interface PublicHalf {
    SubjectPublicKeyInfo get() throws IOException;
  }

  private KeyReader.StoredKey completed(
      long session,
      KeySpec spec,
      String id,
      long privateKey,
      AttributeCheck check,
      PublicHalf publicHalf) {
    Long certificate = null;
    try {
      SubjectPublicKeyInfo publicKey = publicHalf.get();
      KeyAttributes attributes = KeyAttributeCheck.booleans(reader.privateKey(session, privateKey));
      check.check(id, attributes);
      X509CertificateHolder signed = certificate(session, spec, id, publicKey, privateKey);
      certificate = cryptoki.createObject(session, certificateTemplate(id, signed));
      TokenKey key = new TokenKey(id, spec, publicKey.getEncoded(), attributes);
      return new KeyReader.StoredKey(key, privateKey);
    } catch (IOException | RuntimeException e) {
      undo(id, privateKey, certificate, e);
      throw e instanceof TokenException known
          ? known
          : new TokenException("KEY_INCOMPLETE", "key \"" + id + "\" could not be completed", e);
    }
  }

  /** In a fresh session: the one in which something failed may be dead or still busy. */
  private void undo(String id, long privateKey, @Nullable Long certificate, Exception cause) {
    try {
      long fresh = cryptoki.openSession(slot);
      try {
        if (certificate != null) {
          cryptoki.destroyObject(fresh, certificate);
        }
        cryptoki.destroyObject(fresh, privateKey);
      } finally {
        cryptoki.closeSession(fresh);
      }
    } catch (TokenException e) {
      log.warn("an incomplete key \"{}\" may be left in the token: {}", id, e.getMessage());
      cause.addSuppressed(e);
    }
  }

  private static Template signOnly(Template template, String id) {
    return template
        .with(Cka.CKA_TOKEN, true)
        .with(Cka.CKA_PRIVATE, true)
        .with(Cka.CKA_SENSITIVE, true)
        .with(Cka.CKA_EXTRACTABLE, false)
        .with(Cka.CKA_MODIFIABLE, false)
        .with(Cka.CKA_SIGN, true)
        .with(Cka.CKA_SIGN_RECOVER, false)
        .with(Cka.CKA_DECRYPT, false)
        .with(Cka.CKA_UNWRAP, false)
        .with(Cka.CKA_DERIVE, false)
        .with(Cka.CKA_ID, id)
        .with(Cka.CKA_LABEL, id);
  }

  private SubjectPublicKeyInfo publicKey(long session, KeySpec spec, long handle)
      throws IOException {
    Map<Cka, byte[]> values =
        switch (spec) {
          case EC_P256, ED25519 -> read(session, handle, Cka.CKA_EC_POINT);
          case RSA_2048, RSA_3072, RSA_4096 ->
              read(session, handle, Cka.CKA_MODULUS, Cka.CKA_PUBLIC_EXPONENT);
        };
    return switch (spec) {
      case EC_P256, ED25519 -> SpecMechanisms.ecPublicKey(spec, value(values, Cka.CKA_EC_POINT));
      case RSA_2048, RSA_3072, RSA_4096 ->
          SpecMechanisms.rsaPublicKey(
              value(values, Cka.CKA_MODULUS), value(values, Cka.CKA_PUBLIC_EXPONENT));
    };
  }

  private Map<Cka, byte[]> read(long session, long handle, Cka... attributes) {
    Map<Cka, Integer> capacities = new EnumMap<>(Cka.class);
    Arrays.stream(attributes).forEach(one -> capacities.put(one, MAX_PUBLIC_KEY_BYTES));
    return cryptoki.attributes(session, handle, capacities);
  }

  private static byte[] value(Map<Cka, byte[]> values, Cka attribute) {
    byte[] value = values.get(attribute);
    if (value == null) {
      throw new TokenException("PUBLIC_KEY", "the token does not tell " + attribute);
    }
    return value;
  }

  /** Self-signed, so that the signature also shows that both halves belong together. */
  private X509CertificateHolder certificate(
      long session, KeySpec spec, String id, SubjectPublicKeyInfo publicKey, long privateKey)
      throws IOException {
    X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, id).build();
    byte[] hash = SpecMechanisms.sha256(publicKey.getEncoded());
    BigInteger serial = new BigInteger(1, Arrays.copyOf(hash, 16));
    X509CertificateHolder certificate =
        new X509v3CertificateBuilder(name, serial, EPOCH, NEVER, name, publicKey)
            .build(new TokenContentSigner(session, spec, privateKey));
    try {
      if (certificate.isSignatureValid(
          new JcaContentVerifierProviderBuilder().setProvider(VERIFIER).build(publicKey))) {
        return certificate;
      }
    } catch (OperatorCreationException | CertException e) {
      throw new TokenException("SIGNATURE", "the new key's signature cannot be checked", e);
    }
    throw new TokenException("SIGNATURE", "the new key's signature does not verify");
  }

  private final class TokenContentSigner implements ContentSigner {
    private final long session;
    private final KeySpec spec;
    private final long privateKey;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    private TokenContentSigner(long session, KeySpec spec, long privateKey) {
      this.session = session;
      this.spec = spec;
      this.privateKey = privateKey;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return SpecMechanisms.signatureAlgorithm(spec);
    }

    @Override
    public OutputStream getOutputStream() {
      return content;
    }

    @Override
    public byte[] getSignature() {
      byte[] input = SpecMechanisms.signingInput(spec, content.toByteArray());
      byte[] signature =
          cryptoki.sign(session, SpecMechanisms.signing(spec), privateKey, input, beforeSign);
      try {
        return SpecMechanisms.x509Signature(spec, signature);
      } catch (IOException e) {
        throw new TokenException("SIGNATURE", "the token's signature has a wrong form", e);
      }
    }
  }

  private static Template certificateTemplate(String id, X509CertificateHolder certificate)
      throws IOException {
    return new Template()
        .with(Cka.CKA_CLASS, Cka.CKO_CERTIFICATE)
        .with(Cka.CKA_CERTIFICATE_TYPE, Cka.CKC_X_509)
        .with(Cka.CKA_TOKEN, true)
        .with(Cka.CKA_PRIVATE, false)
        .with(Cka.CKA_MODIFIABLE, false)
        .with(Cka.CKA_ID, id)
        .with(Cka.CKA_LABEL, id)
        .with(Cka.CKA_SUBJECT, certificate.getSubject().getEncoded())
        .with(Cka.CKA_VALUE, certificate.getEncoded());
  }
}
