package dev.chancery.access;

import dev.chancery.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/**
 * The names in a client certificate that an entry of {@code access.yaml} can mean.
 *
 * @param dnsNames lower case
 */
record CertificateNames(X500Principal subject, List<String> dnsNames, List<String> uris) {
  private static final int MAX_PRINTED = 200;
  private static final int DIGEST_DIGITS = 16;
  // The choices of GeneralName, RFC 5280 section 4.2.1.6.
  private static final int DNS_NAME = 2;
  private static final int UNIFORM_RESOURCE_IDENTIFIER = 6;

  static CertificateNames of(X509Certificate certificate) {
    List<String> dnsNames = new ArrayList<>();
    List<String> uris = new ArrayList<>();
    for (List<?> name : alternativeNames(certificate)) {
      if (name.get(0) instanceof Integer choice && name.get(1) instanceof String value) {
        if (choice == DNS_NAME) {
          dnsNames.add(value.toLowerCase(Locale.ROOT));
        } else if (choice == UNIFORM_RESOURCE_IDENTIFIER) {
          uris.add(value);
        }
      }
    }
    return new CertificateNames(certificate.getSubjectX500Principal(), dnsNames, uris);
  }

  /** None, too, where they cannot be read: a name that cannot be read names nobody. */
  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  /**
   * One name for logs and ledger rows: the subject as RFC 2253 writes it; without a subject, the
   * first DNS name or URI with its kind before it. What is not printable ASCII is escaped as RFC
   * 4514 section 2.4 escapes it ({@code \C3\A9}). At most 200 characters: a longer name is cut and
   * ends in 16 digits of its SHA-256, so that two long names stay two.
   */
  String printed() {
    String name = escaped(whole());
    if (name.length() <= MAX_PRINTED) {
      return name;
    }
    String digest = Sha256.of(name.getBytes(StandardCharsets.UTF_8)).hex();
    String end = "~" + digest.substring(0, DIGEST_DIGITS);
    return name.substring(0, MAX_PRINTED - end.length()) + end;
  }

  private String whole() {
    String name = subject.getName(X500Principal.RFC2253);
    if (!name.isEmpty()) {
      return name;
    }
    if (!dnsNames.isEmpty()) {
      return "DNS:" + dnsNames.getFirst();
    }
    return uris.isEmpty() ? "(no name)" : "URI:" + uris.getFirst();
  }

  private static String escaped(String name) {
    StringBuilder printable = new StringBuilder(name.length());
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~') {
        printable.append((char) b);
      } else {
        printable.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return printable.toString();
  }
}
