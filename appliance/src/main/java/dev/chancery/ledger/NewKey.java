package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import java.time.Instant;

/** A key that was made and is not yet on the record; the fields are those of {@code KeyRecord}. */
public record NewKey(
    KeyId id,
    Dialect dialect,
    RepositoryName repository,
    Role role,
    Algorithm algorithm,
    String tokenLabel,
    String tokenSerial,
    String tokenKeyId,
    KeyMode mode,
    PublicKeyInfo publicKey,
    Sha256 attributes,
    Instant created,
    String creator) {}
