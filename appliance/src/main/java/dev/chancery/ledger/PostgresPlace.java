package dev.chancery.ledger;

import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database, and how to log in there. Its text holds no secret: the password stays in
 * its file, which is read at each connection, so that it can be changed while nodes run.
 *
 * @param url {@code postgresql://host:port,host:port/database}, without login and parameters
 * @param passwordFile its first line is the password; null for none
 * @param tls null for a connection in the clear
 */
public record PostgresPlace(
    String url, String user, @Nullable Path passwordFile, @Nullable Tls tls) {
  /**
   * TLS with the server's certificate and name verified (libpq's verify-full).
   *
   * @param ca PEM: the only authorities
   * @param certificate PEM: what is shown to the server, with its key; null for none
   * @param key PEM or PKCS#8 DER; null together with the certificate
   */
  public record Tls(Path ca, @Nullable Path certificate, @Nullable Path key) {}

  private static final int CONNECT_SECONDS = 3;

  /** The same database with another login. */
  public PostgresPlace as(String otherUser, @Nullable Path otherPasswordFile) {
    return new PostgresPlace(url, otherUser, otherPasswordFile, tls);
  }

  String jdbcUrl() {
    return "jdbc:" + url;
  }

  /**
   * What pgjdbc needs beside the URL.
   *
   * @throws LedgerException if the password cannot be read
   */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (passwordFile != null) {
      properties.setProperty("password", PasswordFile.read(passwordFile));
    }
    properties.setProperty("sslmode", tls == null ? "disable" : "verify-full");
    if (tls != null) {
      properties.setProperty("sslrootcert", tls.ca().toString());
      // Named even where there is none: else pgjdbc takes what lies in the home directory.
      properties.setProperty(
          "sslcert", String.valueOf(tls.certificate() == null ? "" : tls.certificate()));
      properties.setProperty("sslkey", String.valueOf(tls.key() == null ? "" : tls.key()));
    }
    // A host that takes no connections must leave time for the others.
    int hosts = url.split(",", -1).length;
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
    properties.setProperty("loginTimeout", String.valueOf(2 + CONNECT_SECONDS * hosts));
    properties.setProperty("tcpKeepAlive", "true");
    // Of several hosts the one that takes writes; who that is may have changed a second ago.
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("hostRecheckSeconds", "1");
    properties.setProperty("ApplicationName", "chancery");
    return properties;
  }

  /** The URL, which holds no login. */
  @Override
  public String toString() {
    return url;
  }
}
