package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.util.List;

/**
 * The server would sign this now; nothing was recorded.
 *
 * @param version of the metadata
 * @param canonicalSha256 of the bytes checked, 64 lower-case hexadecimal digits
 * @param warnings what an operator should look at
 */
public record CheckedMetadata(
    KeyId keyid, long version, String canonicalSha256, List<String> warnings) {
  public CheckedMetadata {
    warnings = List.copyOf(warnings);
  }
}
