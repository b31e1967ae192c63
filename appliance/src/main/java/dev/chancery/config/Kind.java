package dev.chancery.config;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What a setting may be.
 *
 * @param allowed says it in words, for error messages
 * @param reading the value, or null when the scalar is not of this kind
 */
record Kind<T>(String allowed, Reading<T> reading) {
  /** Reads one scalar; null means that it is not of the kind. */
  interface Reading<T> {
    @Nullable T read(ScalarNode scalar);
  }

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern FIELD = Pattern.compile("x-[a-z0-9-]{1,60}");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern PRINTABLE = Pattern.compile("[^\\p{Cntrl}]+");

  /** The same kind with the reason for its bounds. */
  Kind<T> because(String reason) {
    return new Kind<>(allowed + " (" + reason + ")", reading);
  }

  /** Text of 1 to {@code max} characters; what YAML takes for a number must stand in quotes. */
  static Kind<String> text(int max) {
    return new Kind<>(
        "text of 1 to " + max + " characters, in quotes if it looks like a number",
        scalar -> isText(scalar) && scalar.getValue().length() <= max ? scalar.getValue() : null);
  }

  /** An address of http or https, without a user. */
  static Kind<URI> url() {
    return new Kind<>(
        "an address such as https://witness.example/checkpoints",
        scalar -> {
          try {
            URI url = isText(scalar) ? new URI(scalar.getValue()) : URI.create("");
            boolean fits =
                ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
                    && url.getUserInfo() == null
                    && url.getFragment() == null;
            return fits ? url : null;
          } catch (URISyntaxException e) {
            return null;
          }
        });
  }

  /** A file name; a relative one starts from {@code directory}. */
  static Kind<Path> path(Path directory) {
    return new Kind<>(
        "a file name, absolute or relative to " + directory,
        scalar -> {
          try {
            return isText(scalar) ? directory.resolve(scalar.getValue()).normalize() : null;
          } catch (InvalidPathException e) {
            return null;
          }
        });
  }

  /** A whole number in decimal digits. */
  static Kind<Long> number(long min, long max) {
    return new Kind<>(
        "a whole number from " + min + " to " + max,
        scalar -> {
          if (!scalar.getTag().equals(Tag.INT) || !NUMBER.matcher(scalar.getValue()).matches()) {
            return null;
          }
          long value = Long.parseLong(scalar.getValue());
          return value >= min && value <= max ? value : null;
        });
  }

  /** A whole number of ms, s, m, h or d, such as 24h. */
  static Kind<Duration> duration(Duration min, Duration max) {
    return new Kind<>(
        "a duration from " + Durations.text(min) + " to " + Durations.text(max) + ", such as 90s",
        scalar -> {
          Matcher parts = DURATION.matcher(scalar.getValue());
          if (!scalar.getTag().equals(Tag.STR) || !parts.matches()) {
            return null;
          }
          Duration value =
              Durations.of(Long.parseLong(parts.group(1)), String.valueOf(parts.group(2)));
          return value.compareTo(min) >= 0 && value.compareTo(max) <= 0 ? value : null;
        });
  }

  /** A calendar date, for the instant at which it begins in UTC. */
  static Kind<Instant> date() {
    return new Kind<>(
        "a date, such as 2026-12-31",
        scalar -> {
          try {
            return LocalDate.parse(scalar.getValue()).atStartOfDay(ZoneOffset.UTC).toInstant();
          } catch (DateTimeParseException e) {
            return null;
          }
        });
  }

  /** One of the given words. */
  static <T> Kind<T> oneOf(Map<String, T> choices) {
    return oneOf("one of " + String.join(", ", choices.keySet()), choices);
  }

  /** One of the given words, described by {@code allowed}. */
  static <T> Kind<T> oneOf(String allowed, Map<String, T> choices) {
    return new Kind<>(
        allowed, scalar -> scalar.getTag().equals(Tag.STR) ? choices.get(scalar.getValue()) : null);
  }

  /** The name of a repository. */
  static Kind<RepositoryName> repository() {
    return new Kind<>(
        "a repository name of 1 to 255 bytes",
        scalar -> {
          try {
            return scalar.getTag().equals(Tag.STR) ? new RepositoryName(scalar.getValue()) : null;
          } catch (IllegalArgumentException e) {
            return null;
          }
        });
  }

  /** The name of a member that metadata may have beside those of its role. */
  static Kind<String> field() {
    return new Kind<>(
        "a name of x-, lower-case letters, digits and hyphens",
        scalar -> FIELD.matcher(scalar.getValue()).matches() ? scalar.getValue() : null);
  }

  /** A TUF key id. An id of digits alone, which YAML takes for a number, is read as it stands. */
  static Kind<KeyId> keyId() {
    return new Kind<>(
        "a key id of 64 lower-case hexadecimal digits",
        scalar -> {
          try {
            return new KeyId(scalar.getValue());
          } catch (IllegalArgumentException e) {
            return null;
          }
        });
  }

  private static boolean isText(ScalarNode scalar) {
    return scalar.getTag().equals(Tag.STR) && PRINTABLE.matcher(scalar.getValue()).matches();
  }
}
