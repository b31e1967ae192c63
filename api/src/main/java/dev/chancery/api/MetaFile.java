package dev.chancery.api;

import org.jspecify.annotations.Nullable;

/**
 * What a snapshot or timestamp says of another metadata file (TUF specification 4.4, METAFILES).
 *
 * @param sha256 digest of the whole file
 * @param sha512 digest of the whole file; absent in metadata of Notary 0.1 (RULES N-5)
 * @param length length of the whole file in bytes, 1 to 104857600 (RULES NT-4)
 */
public record MetaFile(Sha256 sha256, @Nullable Sha512 sha512, long length) {}
