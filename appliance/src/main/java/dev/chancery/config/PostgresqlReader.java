package dev.chancery.config;

import java.nio.file.Path;
import java.util.List;
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
    // The messages do not quote it: who puts a password there should not find it in a log.
    String url = section.required("url", Kind.text(1_000));
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw section.problem(
          "url",
          "must be postgresql://host:port/database, with several hosts separated by commas, and"
              + " without login or parameters: user, passwordFile and tls are settings of their"
              + " own, and a password stands in no configuration");
    }
    LedgerConfig.Tls tls = tls();
    List<String> hosts = List.of(String.valueOf(parts.group("hosts")).split(",", -1));
    if (tls == null && !hosts.stream().allMatch(host -> LOOPBACK.matcher(host).matches())) {
      throw section.problem(
          "tls", "missing; a database on another machine is reached by TLS only: tls: {ca: FILE}");
    }
    Path password = section.has("passwordFile") ? section.required("passwordFile", path) : null;
    return new LedgerConfig.Postgresql(url, section.required("user", Kind.text(63)), password, tls);
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
