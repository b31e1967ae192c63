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
 * @param keytype of the key object
 * @param publicKey standard base64: {@code public} of a Notary key object, DER SubjectPublicKeyInfo
 *     of a TUF 1.0 key
 * @param keyObject the key object as it stands in a root, JSON: the keyid is the digest of its
 *     canonical form
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
    String keyObject,
    String mode,
    String status,
    @Nullable String token,
    @Nullable String tokenKeyId,
    Instant created) {}
