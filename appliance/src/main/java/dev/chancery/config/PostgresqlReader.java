package dev.chancery.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code ledger.postgresql}. */
final class PostgresqlReader {
  private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]{1,5})?";
  private static final Pattern URL =
      Pattern.compile("postgresql://(?<hosts>" + HOST + "(?:," + HOST + ")*)/[A-Za-z0-9_.-]{1,63}");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?:localhost|127\\.[0-9.]+|\\[::1\\])(?::[0-9]+)?");

  private final Section section;
  private final Kind<Path> path;

  PostgresqlReader(Section section, Kind<Path> path) {
    this.section = section;
    this.path = path;
  }

  LedgerConfig.Postgresql read() {
    String url = section.required("url", Kind.text(1_000));
    LedgerConfig.Tls tls = tls();
    String problem = problem(url, tls);
    if (problem != null) {
      throw section.problem("url", problem);
    }
    Path password = section.has("passwordFile") ? section.required("passwordFile", path) : null;
    return new LedgerConfig.Postgresql(url, section.required("user", Kind.text(63)), password, tls);
  }

  /**
   * What is wrong with a URL; null if nothing is. It is not quoted: who puts a password there
   * should not find it in a log.
   */
  static @Nullable String problem(String url, LedgerConfig.@Nullable Tls tls) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return "must be postgresql://host:port/database, with several hosts separated by commas, and"
          + " without login or parameters: user, password file and TLS are settings of their own,"
          + " and a password stands in no configuration";
    }
    boolean here =
        Arrays.stream(String.valueOf(parts.group("hosts")).split(",", -1))
            .allMatch(host -> LOOPBACK.matcher(host).matches());
    return here || tls != null
        ? null
        : "is of another machine, which is reached by TLS only: name the CA of its certificate";
  }

  private LedgerConfig.@Nullable Tls tls() {
    if (!section.has("tls")) {
      return null;
    }
    Section tls = section.section("tls", "ca", "certificate", "key");
    if (tls.has("certificate") != tls.has("key")) {
      throw section.problem("tls", "certificate and key are given together, or neither");
    }
    return new LedgerConfig.Tls(
        tls.required("ca", path),
        tls.has("certificate") ? tls.required("certificate", path) : null,
        tls.has("key") ? tls.required("key", path) : null);
  }
}
