package dev.chancery.keys;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;

/**
 * A key of an old signer, as that signer bound it.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 */
public record OldKey(
    Dialect dialect,
    RepositoryName repository,
    Role role,
    Algorithm algorithm,
    PublicKeyInfo publicKey) {}
