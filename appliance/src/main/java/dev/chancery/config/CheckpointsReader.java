package dev.chancery.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code checkpoints}; its bounds are those of what the token may be behind. */
final class CheckpointsReader {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final long MOST_ROWS = 1_000;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Section checkpoints;
  private final Kind<Path> path;

  CheckpointsReader(Section checkpoints, Kind<Path> path) {
    this.checkpoints = checkpoints;
    this.path = path;
  }

  CheckpointsConfig read() {
    Section push = checkpoints.sectionOrEmpty("push", "directory", "http");
    return new CheckpointsConfig(
        checkpoints.optional("rows", Kind.number(10, MOST_ROWS), MOST_ROWS),
        checkpoints.optional("interval", Kind.duration(Duration.ofSeconds(10), LONGEST), LONGEST),
        optionalPath(checkpoints, "lastSeen"),
        optionalPath(push, "directory"),
        push.has("http") ? http(push) : null);
  }

  private PushHttpConfig http(Section push) {
    Section http = push.section("http", "url", "ca", "certificate", "key", "deadline");
    URI url = http.required("url", Kind.url());
    boolean tls = "https".equals(url.getScheme());
    if (!tls && !LOOPBACK.contains(url.getHost())) {
      throw http.problem("url", "must be https, unless it is on loopback");
    }
    if (tls != http.has("ca")) {
      throw http.problem("ca", tls ? "missing; https needs it" : "is for https alone");
    }
    if (http.has("certificate") != http.has("key") || (!tls && http.has("key"))) {
      throw http.problem("certificate", "goes with key, and with https");
    }
    return new PushHttpConfig(
        url,
        optionalPath(http, "ca"),
        optionalPath(http, "certificate"),
        optionalPath(http, "key"),
        http.optional(
            "deadline",
            Kind.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(10)));
  }

  private @Nullable Path optionalPath(Section section, String name) {
    return section.has(name) ? section.required(name, path) : null;
  }
}
