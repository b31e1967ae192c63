package dev.chancery.migrate;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where notary-signer's database is, and how to log in there. Its text shows the place, never the
 * login.
 *
 * @param product which database it is
 * @param host name or address; an IPv6 address without brackets
 * @param settings of the JDBC driver: {@code user}, {@code password} and those of TLS
 */
public record DatabaseLogin(
    Product product, String host, int port, String database, Map<String, String> settings) {
  /** The two databases that notary-signer can keep its keys in. */
  public enum Product {
    POSTGRESQL("postgresql"),
    MARIADB("mariadb");

    private final String scheme;

    Product(String scheme) {
      this.scheme = scheme;
    }
  }

  public DatabaseLogin {
    settings = Map.copyOf(settings);
  }

  /** The JDBC address, without any setting. */
  String jdbcUrl() {
    String shownHost = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return "jdbc:" + product.scheme + "://" + shownHost + ":" + port + "/" + database;
  }

  /** The same with some settings more. */
  DatabaseLogin with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(settings);
    all.putAll(more);
    return new DatabaseLogin(product, host, port, database, all);
  }

  @Override
  public String toString() {
    return jdbcUrl().substring("jdbc:".length());
  }
}
