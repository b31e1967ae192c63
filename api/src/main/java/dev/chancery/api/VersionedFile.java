package dev.chancery.api;

import org.jspecify.annotations.Nullable;

/**
 * What TUF 1.0 metadata says of another metadata file (TUF specification 4.4, METAFILES). The
 * version alone identifies the file; length and hashes may be missing (RULES T-4).
 *
 * @param length length of the whole file in bytes, 1 to 2000000 (RULES TT-3), or null
 * @param sha256 digest of the whole file; null where there are no hashes at all (RULES TT-3)
 * @param sha512 digest of the whole file, or null
 */
public record VersionedFile(
    Version version, @Nullable Long length, @Nullable Sha256 sha256, @Nullable Sha512 sha512) {
  public VersionedFile {
    if (sha256 == null && sha512 != null) {
      throw new IllegalArgumentException("hashes without sha256");
    }
  }
}
