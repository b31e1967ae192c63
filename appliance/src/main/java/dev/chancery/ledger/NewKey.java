package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.TokenPlace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key that is not yet on the record; the fields are those of {@code KeyRecord}. */
public record NewKey(
    KeyId id,
    Dialect dialect,
    RepositoryName repository,
    Role role,
    Algorithm algorithm,
    KeyMode mode,
    @Nullable TokenPlace place,
    PublicKeyInfo publicKey,
    Instant created,
    String creator) {}
