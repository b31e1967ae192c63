package dev.chancery.cli.doctor;

import dev.chancery.api.client.PemFiles;
import dev.chancery.config.ListenerConfig;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The TLS certificates: how long they last, and whether they fit together. */
final class CertificateCheck {
  private static final Duration SOON = Duration.ofDays(30);
  private static final String CHECK = "certificates";

  private final Report report;
  private final Instant now;

  CertificateCheck(Report report, Instant now) {
    this.report = report;
    this.now = now;
  }

  /** The server's, its authority's, and those of clients kept beside it ({@code *.crt}). */
  void run(ListenerConfig listener) {
    List<X509Certificate> authorities = read(listener.clientCa());
    authorities.forEach(authority -> days(listener.clientCa(), authority));
    List<X509Certificate> server = read(listener.certificate());
    if (!server.isEmpty()) {
      days(listener.certificate(), server.getFirst());
      keyFits(listener, server.getFirst());
    }
    for (Path file : neighbours(listener)) {
      for (X509Certificate client : read(file)) {
        days(file, client);
        if (authorities.stream().noneMatch(authority -> issued(authority, client))) {
          report.warn(
              CHECK,
              file + " was not given out by " + listener.clientCa(),
              "the server will not let it in; make another one, or add its authority");
        }
      }
    }
  }

  private List<X509Certificate> read(Path file) {
    try {
      return PemFiles.certificates(file);
    } catch (FileSystemException e) {
      report.fail(CHECK, reason(file, e), "put a PEM certificate there");
    } catch (IOException e) {
      report.fail(CHECK, file + " cannot be read", "may this user read it?");
    }
    return List.of();
  }

  private void days(Path file, X509Certificate certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    String what = file + " (" + certificate.getSubjectX500Principal().getName() + ")";
    long left = Duration.between(now, end).toDays();
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      report.fail(
          CHECK,
          what + " is valid only from " + certificate.getNotBefore().toInstant(),
          "is this machine's clock right?");
    } else if (now.isAfter(end)) {
      report.fail(CHECK, what + " ended on " + end, "replace it, then restart the server");
    } else if (Duration.between(now, end).compareTo(SOON) < 0) {
      report.warn(CHECK, what + " ends in " + left + " days", "replace it before " + end);
    } else {
      report.ok(CHECK, what + " has " + left + " days left");
    }
  }

  private void keyFits(ListenerConfig listener, X509Certificate certificate) {
    try {
      if (!fits(PemFiles.privateKey(listener.key()), certificate.getPublicKey())) {
        report.fail(
            CHECK,
            listener.key() + " is not the key of " + listener.certificate(),
            "put the two files that belong together there");
      }
    } catch (FileSystemException e) {
      report.fail(CHECK, reason(listener.key(), e), "put the private key of the certificate there");
    } catch (IOException e) {
      report.fail(CHECK, listener.key() + " cannot be read", "may this user read it?");
    }
  }

  /** Whether what the one signs the other verifies. */
  private static boolean fits(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certified);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean issued(X509Certificate authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private List<Path> neighbours(ListenerConfig listener) {
    Path directory = listener.certificate().getParent();
    if (directory == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".crt"))
          .filter(file -> !file.equals(listener.certificate()) && !file.equals(listener.clientCa()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String reason(Path file, FileSystemException e) {
    return file + " " + (e.getReason() == null ? "does not exist" : e.getReason());
  }
}
