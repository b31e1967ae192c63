package dev.chancery.api;

import java.nio.charset.StandardCharsets;

/**
 * The name of a trusted collection; in Notary its GUN (Globally Unique Name), such as {@code
 * registry.example/team/app}. 1 to 255 bytes of UTF-8 (the width of notary-server's column) without
 * control characters or unpaired surrogates.
 */
public record RepositoryName(String value) {
  private static final int MAX_BYTES = 255;

  public RepositoryName {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a repository name is not empty");
    }
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a repository name has at most " + MAX_BYTES + " bytes, not " + bytes);
    }
    if (value.codePoints().anyMatch(RepositoryName::isForbidden)) {
      throw new IllegalArgumentException("a repository name has no control characters");
    }
  }

  private static boolean isForbidden(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL || type == Character.SURROGATE;
  }

  @Override
  public String toString() {
    return value;
  }
}
