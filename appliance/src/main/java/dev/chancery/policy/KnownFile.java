package dev.chancery.policy;

import dev.chancery.api.Sha256;
import dev.chancery.api.VersionedFile;
import org.jspecify.annotations.Nullable;

/**
 * What TUF 1.0 metadata that was admitted said of a file.
 *
 * @param version the lowest version, where several contents were admitted
 * @param sha256 the digest of that version, or null where it was not said or not the same
 */
public record KnownFile(int version, @Nullable Sha256 sha256) {
  static KnownFile of(VersionedFile file) {
    return new KnownFile(file.version().number(), file.sha256());
  }

  /** What holds of both contents. */
  KnownFile and(KnownFile other) {
    if (version != other.version) {
      return version < other.version ? this : other;
    }
    return new KnownFile(version, sha256 != null && sha256.equals(other.sha256) ? sha256 : null);
  }
}
