package dev.chancery.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the record of every decision is. */
public sealed interface LedgerConfig {
  /**
   * The SQLite file of a ledger that is one.
   *
   * @throws ConfigException if it is elsewhere
   */
  default Path sqlite() {
    return switch (this) {
      case Sqlite(Path file) -> file;
      case Postgresql server ->
          throw new ConfigException(
              Path.of("chancery.yaml"),
              0,
              0,
              "ledger",
              "is in " + server.url() + "; this is only for one in a SQLite file",
              null);
    };
  }

  /**
   * A database named on a command line.
   *
   * @param ca null for a server on this machine only
   * @throws ConfigException if the URL is none, or is of another machine and there is no CA
   */
  static Postgresql postgresql(
      String url, String user, @Nullable Path passwordFile, @Nullable Path ca) {
    Tls tls = ca == null ? null : new Tls(ca, null, null);
    String problem = PostgresqlReader.problem(url, tls);
    if (problem != null) {
      throw new ConfigException(Path.of("--ledger-url"), 0, 0, "", problem, null);
    }
    return new Postgresql(url, user, passwordFile, tls);
  }

  /**
   * One file, for one node.
   *
   * @param file it must exist; only {@code chancery init} makes one
   */
  record Sqlite(Path file) implements LedgerConfig {}

  /**
   * A database that several nodes may share (docs/postgresql.md).
   *
   * @param url {@code postgresql://host:port,host:port/database}: without login and parameters
   * @param passwordFile null where a client certificate is the login
   * @param tls null for a server on this machine only
   */
  record Postgresql(String url, String user, @Nullable Path passwordFile, @Nullable Tls tls)
      implements LedgerConfig {}

  /**
   * TLS to the database: always with its certificate and name verified.
   *
   * @param ca PEM: the authorities that the server's certificate may be of, no others
   * @param certificate PEM: what is shown to it; null for none
   * @param key PEM: its private key; null together with the certificate
   */
  record Tls(Path ca, @Nullable Path certificate, @Nullable Path key) {}
}
