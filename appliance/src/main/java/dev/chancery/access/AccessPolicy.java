package dev.chancery.access;

import dev.chancery.api.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may do what, as {@code access.yaml} says. Whoever no entry names is nobody; whoever several
 * entries name has the grants of each. Safe for many threads; never changes once loaded.
 *
 * <p>The file is a YAML list; each entry has exactly one of {@code subject} (a distinguished name,
 * RFC 4514) and {@code san} (a DNS name or URI among the certificate's subject alternative names),
 * {@code roles}, {@code repositories} (see {@link RepositoryPattern}) and, to narrow what the roles
 * allow, {@code operations}:
 *
 * <pre>{@code
 * - subject: "CN=notary-server,O=Example"
 *   roles: [trust-server]
 *   repositories: ["registry.example/**"]
 * - san: "spiffe://example/monitor"
 *   roles: [operator]
 *   repositories: ["**"]
 *   operations: [read-watermarks]
 * }</pre>
 */
public final class AccessPolicy {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final int CACHED_CALLERS = 1024;

  private final List<AccessFile.Entry> entries;
  private final Map<Sha256, Optional<Caller>> cache = new LeastRecentlyUsed();

  private AccessPolicy(List<AccessFile.Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads {@code file}.
   *
   * @throws AccessFileException if it cannot be read, is longer than 1 MiB, is not UTF-8 YAML, or
   *     has a setting that is unknown, missing, given twice or of the wrong type; the message names
   *     line and column
   */
  public static AccessPolicy load(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new AccessFileException(file.toString(), "is longer than 1 MiB");
      }
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new AccessFileException(file.toString(), "cannot be read as UTF-8 text: " + e);
    }
  }

  /**
   * Reads the text of an access file.
   *
   * @param file what errors call it
   * @throws AccessFileException as {@link #load}
   */
  public static AccessPolicy parse(String file, String text) {
    return new AccessPolicy(AccessFile.read(file, text));
  }

  /** The caller that {@code certificate} stands for; empty if no entry names it. */
  public Optional<Caller> caller(X509Certificate certificate) {
    Sha256 digest = digest(certificate);
    synchronized (cache) {
      Optional<Caller> known = cache.get(digest);
      if (known != null) {
        return known;
      }
    }
    Optional<Caller> resolved = resolve(CertificateNames.of(certificate));
    synchronized (cache) {
      cache.put(digest, resolved);
    }
    return resolved;
  }

  /**
   * What to call the holder of {@code certificate} in logs and ledger rows, whether or not an entry
   * names it: printable ASCII, at most 200 characters.
   */
  public static String nameOf(X509Certificate certificate) {
    return CertificateNames.of(certificate).printed();
  }

  private Optional<Caller> resolve(CertificateNames names) {
    List<Grant> grants =
        entries.stream()
            .filter(entry -> entry.identity().recognises(names))
            .map(AccessFile.Entry::grant)
            .toList();
    return grants.isEmpty()
        ? Optional.empty()
        : Optional.of(new GrantedCaller(names.printed(), grants));
  }

  private static Sha256 digest(X509Certificate certificate) {
    try {
      return Sha256.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate that came over TLS has an encoding", e);
    }
  }

  /** Bounded, so that a CA that issues many certificates does not fill the memory. */
  private static final class LeastRecentlyUsed extends LinkedHashMap<Sha256, Optional<Caller>> {
    private static final long serialVersionUID = 1L;

    LeastRecentlyUsed() {
      super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Sha256, Optional<Caller>> eldest) {
      return size() > CACHED_CALLERS;
    }
  }
}
