package dev.chancery.backup;

import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that came along: configuration or certificates.
 *
 * @param name where it belongs below the directory it is restored to, segments with {@code /}
 *     between; it can name nothing outside
 * @param content at most 512 KiB
 */
@SuppressWarnings("ArrayRecordComponent") // compared by its content below, and not changed
public record BackupFile(String name, byte[] content) {
  /** The most that come along. */
  static final int MOST = 64;

  private static final int MAX_BYTES = 512 << 10;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,7}");

  public BackupFile {
    if (!isName(name)) {
      throw new BackupException("a file in it has a name that is none of a file below: " + name);
    }
    if (content.length > MAX_BYTES) {
      throw new BackupException(name + " is larger than 512 KiB, so it is no configuration");
    }
  }

  /** Whether a file may be called so. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  byte[] line() {
    return CanonicalJson.encode(
        Map.of("content", Base64.getEncoder().encodeToString(content), "file", name));
  }

  static BackupFile parse(byte[] line) {
    try {
      if (StrictJson.parse(line, StrictJson.Text.UNICODE) instanceof JsonObject fields
          && fields.get("file") instanceof JsonString(var name)
          && fields.get("content") instanceof JsonString(var content)) {
        BackupFile file = new BackupFile(name, Base64.getDecoder().decode(content));
        if (Arrays.equals(file.line(), line)) {
          return file;
        }
      }
    } catch (MalformedJsonException | IllegalArgumentException e) {
      throw new BackupException("a line that is no file: " + e.getMessage(), e);
    }
    throw new BackupException("a line that is no file");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BackupFile that
        && name.equals(that.name)
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, Arrays.hashCode(content));
  }

  @Override
  public String toString() {
    return name;
  }
}
