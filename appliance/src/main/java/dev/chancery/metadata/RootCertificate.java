package dev.chancery.metadata;

import dev.chancery.api.PublicKeyInfo;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMParser;

/**
 * What a root key of Notary comes in: a bundle of certificates, its own first (RULES NR-3).
 *
 * @param commonName the repository's name, or a prefix of it and {@code *}
 * @param notBefore from when clients take it, less a day
 * @param notAfter the second, hidden expiry of the root (RULES NR-4)
 * @param isAuthority whether it may sign certificates; clients do not take it for a key then
 * @param leaves how many certificates of the bundle are of no authority; clients want one
 * @param signedWithSha1 clients refuse that
 * @param publicKey its key
 */
public record RootCertificate(
    String commonName,
    Instant notBefore,
    Instant notAfter,
    boolean isAuthority,
    int leaves,
    boolean signedWithSha1,
    PublicKeyInfo publicKey) {
  private static final String WILDCARD = "*";

  private static final List<ASN1ObjectIdentifier> SHA1 =
      List.of(
          X9ObjectIdentifiers.ecdsa_with_SHA1,
          PKCSObjectIdentifiers.sha1WithRSAEncryption,
          OIWObjectIdentifiers.sha1WithRSA);

  /** Whether clients take it for a certificate of {@code repository} (RULES NR-3). */
  public boolean isFor(String repository) {
    return commonName.endsWith(WILDCARD)
        ? repository.startsWith(commonName.substring(0, commonName.length() - WILDCARD.length()))
        : commonName.equals(repository);
  }

  /** The bundle that {@code pem} is; empty if it is none. */
  static Optional<RootCertificate> read(byte[] pem) {
    List<X509CertificateHolder> bundle = new ArrayList<>();
    try (PEMParser parser =
        new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        if (!(found instanceof X509CertificateHolder certificate)) {
          return Optional.empty();
        }
        bundle.add(certificate);
      }
      return bundle.isEmpty() ? Optional.empty() : Optional.of(of(bundle));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static RootCertificate of(List<X509CertificateHolder> bundle) throws IOException {
    X509CertificateHolder first = bundle.getFirst();
    RDN[] names = first.getSubject().getRDNs(BCStyle.CN);
    return new RootCertificate(
        names.length == 1 ? names[0].getFirst().getValue().toString() : "",
        first.getNotBefore().toInstant(),
        first.getNotAfter().toInstant(),
        isAuthority(first),
        (int) bundle.stream().filter(each -> !isAuthority(each)).count(),
        SHA1.contains(first.getSignatureAlgorithm().getAlgorithm()),
        new PublicKeyInfo(first.getSubjectPublicKeyInfo().getEncoded()));
  }

  private static boolean isAuthority(X509CertificateHolder certificate) {
    BasicConstraints constraints = BasicConstraints.fromExtensions(certificate.getExtensions());
    return constraints != null && constraints.isCA();
  }
}
