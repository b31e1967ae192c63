package dev.chancery.cli.init;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A small certificate authority for the TLS of one appliance: EC P-256 and ECDSA with SHA-256
 * throughout, no intermediate authorities (RFC 5280).
 */
public final class CertificateAuthority {
  /** How long the authority's own certificate is valid. */
  public static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

  /** How long the certificates it gives out are valid. */
  public static final Duration LIFE = Duration.ofDays(825);

  /** Clocks of clients may be behind by this much. */
  private static final Duration BACKDATED = Duration.ofMinutes(10);

  private static final int SERIAL_BITS = 127;
  private static final String SIGNATURE = "SHA256withECDSA";

  private final SecureRandom random;
  private final Instant now;
  private final Identity own;

  private CertificateAuthority(SecureRandom random, Instant now, Identity own) {
    this.random = random;
    this.now = now;
    this.own = own;
  }

  /** A certificate and its private key. */
  public record Identity(X509Certificate certificate, KeyPair keys) {}

  /**
   * A new authority.
   *
   * @param name its common name
   * @param now the moment all its certificates are made at
   */
  public static CertificateAuthority create(String name, SecureRandom random, Instant now) {
    try {
      KeyPair keys = newKeys(random);
      X500Name subject = commonName(name);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              subject,
              newSerial(random),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(AUTHORITY_LIFE)),
              subject,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      return new CertificateAuthority(random, now, new Identity(sign(builder, keys, random), keys));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("no certificate authority could be made", e);
    }
  }

  /** The authority's own certificate and key. */
  public Identity own() {
    return own;
  }

  /**
   * A certificate for a TLS server.
   *
   * @param dnsNames names that clients reach it by
   * @param addresses addresses that clients reach it by
   */
  public Identity server(String commonName, List<String> dnsNames, List<InetAddress> addresses) {
    List<GeneralName> names = new ArrayList<>();
    dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
    addresses.forEach(
        address -> names.add(new GeneralName(GeneralName.iPAddress, address.getHostAddress())));
    return issue(commonName, KeyPurposeId.id_kp_serverAuth, names);
  }

  /** A certificate for a TLS client, which is known by its common name. */
  public Identity client(String commonName) {
    return issue(commonName, KeyPurposeId.id_kp_clientAuth, List.of());
  }

  private Identity issue(String commonName, KeyPurposeId purpose, List<GeneralName> names) {
    try {
      KeyPair keys = newKeys(random);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              own.certificate(),
              newSerial(random),
              Date.from(now.minus(BACKDATED)),
              Date.from(now.plus(LIFE)),
              commonName(commonName),
              keys.getPublic());
      JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          identifiers.createSubjectKeyIdentifier(keys.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(own.certificate().getPublicKey()));
      addNames(builder, names);
      return new Identity(sign(builder, own.keys(), random), keys);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("no certificate could be made for " + commonName, e);
    }
  }

  private static void addNames(X509v3CertificateBuilder builder, List<GeneralName> names)
      throws CertIOException {
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(new GeneralName[0])));
    }
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder, KeyPair issuer, SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder(SIGNATURE)
                    .setSecureRandom(random)
                    .build(issuer.getPrivate())));
  }

  private static KeyPair newKeys(SecureRandom random) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  /** Positive and random, as RFC 5280 section 4.1.2.2 and the CA/Browser Forum want it. */
  private static BigInteger newSerial(SecureRandom random) {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }

  private static X500Name commonName(String name) {
    if (!name.matches("[A-Za-z0-9 ._-]{1,64}")) {
      throw new IllegalArgumentException("not a plain common name: \"" + name + "\"");
    }
    return new X500Name("CN=" + name);
  }
}
