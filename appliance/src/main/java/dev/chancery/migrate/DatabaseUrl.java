package dev.chancery.migrate;

import dev.chancery.migrate.DatabaseLogin.Product;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code db_url} of notary-signer's configuration, as its Go drivers do: for PostgreSQL a
 * URL or {@code name=value} pairs, for MySQL {@code user:password@tcp(host:port)/database?…}. Only
 * what makes the connection is taken over. Errors quote nothing of it, for it holds a password.
 */
final class DatabaseUrl {
  private static final int POSTGRESQL_PORT = 5432;
  private static final int MYSQL_PORT = 3306;
  private static final String LOOPBACK = "127.0.0.1";

  /** {@code user:password@protocol(address)}; all of it may be missing. */
  private static final Pattern MYSQL_PLACE =
      Pattern.compile("(?:(?<login>.*)@)?(?<protocol>[a-z0-9]*)(?:\\((?<address>.*)\\))?");

  private static final Pattern PAIR =
      Pattern.compile(
          "\\s*(?<name>\\w+)\\s*=\\s*(?:'(?<quoted>(?:[^'\\\\]|\\\\.)*)'|(?<plain>\\S*))");

  /** Of lib/pq's settings those that pgjdbc knows by the same name and meaning. */
  private static final Pattern SAME_IN_BOTH = Pattern.compile("sslmode|sslrootcert|sslcert|sslkey");

  private DatabaseUrl() {}

  /**
   * The login that {@code url} stands for, in the form of whichever database it has.
   *
   * @throws MigrationException if it has neither form
   */
  static DatabaseLogin parse(String url) {
    if (url.startsWith("postgres://") || url.startsWith("postgresql://")) {
      return postgresql(url);
    }
    return PAIR.matcher(url).lookingAt() && url.indexOf('/') < 0 ? pairs(url) : mysql(url);
  }

  /** A URL, or {@code name=value} pairs, for PostgreSQL. */
  static DatabaseLogin postgresql(String url) {
    if (!url.startsWith("postgres://") && !url.startsWith("postgresql://")) {
      return pairs(url);
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      // Without the cause: it quotes the URL.
      throw unreadable("is no URL; does a user name or password need percent-encoding?");
    }
    Map<String, String> given = new LinkedHashMap<>();
    query(given, uri.getRawQuery());
    // Not URI's own host: it has none where a name holds an underscore, as those of containers do.
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      String[] login = authority.substring(0, at).replace("+", "%2B").split(":", 2);
      given.put("user", decoded(login[0]));
      if (login.length == 2) {
        given.put("password", decoded(login[1]));
      }
    }
    String[] place = hostAndPort(authority.substring(at + 1));
    if (!place[0].isEmpty()) {
      given.put("host", place[0]);
    }
    if (!place[1].isEmpty()) {
      given.put("port", place[1]);
    }
    if (uri.getPath() != null && uri.getPath().length() > 1) {
      given.put("dbname", uri.getPath().substring(1));
    }
    return postgresql(given);
  }

  private static DatabaseLogin pairs(String text) {
    Map<String, String> given = new LinkedHashMap<>();
    Matcher pair = PAIR.matcher(text);
    int end = 0;
    while (end < text.length() && pair.find(end) && pair.start() == end) {
      String quoted = pair.group("quoted");
      String value = quoted == null ? pair.group("plain") : quoted.replaceAll("\\\\(.)", "$1");
      given.put(String.valueOf(pair.group("name")), String.valueOf(value));
      end = pair.end();
    }
    if (!text.substring(end).isBlank()) {
      throw unreadable("has neither of PostgreSQL's forms: postgres://... or name=value pairs");
    }
    return postgresql(given);
  }

  private static DatabaseLogin postgresql(Map<String, String> given) {
    String host = given.getOrDefault("host", "localhost");
    if (host.startsWith("/")) {
      throw unreadable("names a socket file; name a host, for it is reached over TCP from here");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    // lib/pq's default is require, pgjdbc's is prefer.
    settings.put("sslmode", "require");
    given.forEach(
        (name, value) -> {
          if (SAME_IN_BOTH.matcher(name).matches()) {
            settings.put(name, value);
          }
        });
    copy(given, settings, "user");
    copy(given, settings, "password");
    String database = given.getOrDefault("dbname", given.getOrDefault("user", ""));
    int port = port(given.getOrDefault("port", String.valueOf(POSTGRESQL_PORT)));
    return checked(new DatabaseLogin(Product.POSTGRESQL, host, port, database, settings));
  }

  /** The DSN of Go's MySQL driver. */
  static DatabaseLogin mysql(String dsn) {
    int slash = dsn.lastIndexOf('/');
    Matcher place = MYSQL_PLACE.matcher(slash < 0 ? "" : dsn.substring(0, slash));
    if (slash < 0 || !place.matches()) {
      throw unreadable("has not the form user:password@tcp(host:port)/database");
    }
    String protocol = String.valueOf(place.group("protocol"));
    if (!protocol.isEmpty() && !protocol.equals("tcp")) {
      throw unreadable("must reach the database by tcp(host:port), not in another way");
    }
    String[] rest = dsn.substring(slash + 1).split("\\?", 2);
    Map<String, String> parameters = new LinkedHashMap<>();
    query(parameters, rest.length == 2 ? rest[1] : null);
    Map<String, String> settings = new LinkedHashMap<>();
    if (place.group("login") != null) {
      String[] login = String.valueOf(place.group("login")).split(":", 2);
      settings.put("user", login[0]);
      settings.put("password", login.length == 2 ? login[1] : "");
    }
    String address = place.group("address") == null ? "" : String.valueOf(place.group("address"));
    String[] hostAndPort = hostAndPort(address);
    String host = hostAndPort[0].isEmpty() ? LOOPBACK : hostAndPort[0];
    int port = hostAndPort[1].isEmpty() ? MYSQL_PORT : port(hostAndPort[1]);
    settings.put("sslMode", sslMode(parameters.getOrDefault("tls", "false")));
    return checked(new DatabaseLogin(Product.MARIADB, host, port, decoded(rest[0]), settings));
  }

  /** The driver's word for the {@code tls} of Go's. */
  private static String sslMode(String tls) {
    return switch (tls) {
      case "false", "0", "FALSE", "False" -> "disable";
      case "true", "1", "TRUE", "True" -> "verify-full";
      case "skip-verify", "preferred" -> "trust";
      default ->
          throw unreadable("has a tls= of another kind than true, false, skip-verify or preferred");
    };
  }

  private static DatabaseLogin checked(DatabaseLogin login) {
    if (login.database().isEmpty() || !login.database().matches("[^?#/;&]+")) {
      throw unreadable("names no database that can be opened from here");
    }
    if (!login.host().matches("[A-Za-z0-9._:%-]+")) {
      throw unreadable("names no host that can be reached from here");
    }
    return login;
  }

  private static void query(Map<String, String> into, @Nullable String query) {
    if (query == null || query.isEmpty()) {
      return;
    }
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      into.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
    }
  }

  private static void copy(Map<String, String> from, Map<String, String> to, String name) {
    String value = from.get(name);
    if (value != null) {
      to.put(name, value);
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Without the cause: it quotes the text.
      throw unreadable("has a percent sign that begins no percent-encoding");
    }
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw unreadable("has a port that is no number from 0 to 65535");
    }
    return Integer.parseInt(text);
  }

  /** The two; empty where not given. An IPv6 address loses its brackets. */
  private static String[] hostAndPort(String address) {
    int colon = address.endsWith("]") ? -1 : address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    String port = colon < 0 ? "" : address.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new String[] {bracketed ? host.substring(1, host.length() - 1) : host, port};
  }

  private static MigrationException unreadable(String why) {
    return MigrationException.input("the database URL of notary-signer " + why);
  }
}
