package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import java.time.Instant;

/**
 * A key as the server describes it. Words are those of the server, so that a newer one may have
 * more of them.
 *
 * @param role {@code timestamp} or {@code snapshot}
 * @param algorithm such as {@code ecdsa} or {@code rsa-2048}
 * @param keytype of the Notary key object
 * @param publicKey {@code public} of the Notary key object: standard base64
 * @param mode {@code resident}
 * @param status {@code active}, {@code frozen} or {@code suspended}
 * @param token label of the token where it is
 * @param tokenKeyId its CKA_ID there
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
    String token,
    String tokenKeyId,
    Instant created) {}
