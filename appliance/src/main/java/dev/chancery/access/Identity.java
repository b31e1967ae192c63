package dev.chancery.access;

import java.util.Locale;
import javax.security.auth.x500.X500Principal;

/** How an entry of {@code access.yaml} recognises a client certificate. */
sealed interface Identity {
  /**
   * By its subject, compared as RFC 5280 section 7.1 compares names (the canonical form of {@link
   * X500Principal}): letter case and runs of spaces do not count, the order of the parts does.
   */
  record Subject(X500Principal name) implements Identity {
    /**
     * @throws IllegalArgumentException if {@code text} is not a distinguished name of RFC 4514, or
     *     an empty one
     */
    static Subject of(String text) {
      X500Principal name;
      try {
        name = new X500Principal(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "subject is not a distinguished name such as \"CN=notary-server,O=Example\"", e);
      }
      if (name.getName().isEmpty()) {
        throw new IllegalArgumentException("subject is empty; it would name every nameless client");
      }
      return new Subject(name);
    }

    @Override
    public boolean recognises(CertificateNames certificate) {
      return name.equals(certificate.subject());
    }
  }

  /** By a dNSName of its subject alternative names, in any letter case; never as a wildcard. */
  record DnsName(String name) implements Identity {
    @Override
    public boolean recognises(CertificateNames certificate) {
      return certificate.dnsNames().contains(name);
    }
  }

  /** By a uniformResourceIdentifier of its subject alternative names, character by character. */
  record Uri(String uri) implements Identity {
    @Override
    public boolean recognises(CertificateNames certificate) {
      return certificate.uris().contains(uri);
    }
  }

  boolean recognises(CertificateNames certificate);

  /**
   * The {@link Uri} or, where there is no colon in it, the {@link DnsName} that {@code text} is: a
   * DNS name has no colon, a URI has one.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Identity ofSan(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IllegalArgumentException("san is a DNS name or URI in printable ASCII");
    }
    if (text.indexOf('*') >= 0) {
      throw new IllegalArgumentException("san names one client; it has no wildcards");
    }
    return text.indexOf(':') >= 0 ? new Uri(text) : new DnsName(text.toLowerCase(Locale.ROOT));
  }
}
