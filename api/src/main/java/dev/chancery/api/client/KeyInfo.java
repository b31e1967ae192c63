package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as the server describes it. Words are those of the server, so that a newer one may have
 * more of them.
 *
 * @param role {@code timestamp} or {@code snapshot}
 * @param algorithm such as {@code ecdsa} or {@code rsa-2048}
 * @param keytype of the Notary key object
 * @param publicKey {@code public} of the Notary key object: standard base64
 * @param mode {@code resident}, made in the token; {@code imported}, put into it; or {@code
 *     foreign}, still in an old signer
 * @param status {@code active}, {@code frozen}, {@code suspended} or {@code retired}
 * @param token label of the token where it is; null for a foreign key
 * @param tokenKeyId its CKA_ID there; null for a foreign key
 */
public record KeyInfo(
    KeyId keyid,
    String dialect,
    String repository,
    String role,
    String algorithm,
    String keytype,
    String publicKey,
    String mode,
    String status,
    @Nullable String token,
    @Nullable String tokenKeyId,
    Instant created) {}
