package dev.chancery.ceremony.shares;

import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106), version 1.3, one lane, 32 bytes out.
 *
 * @param memoryKib 64 to 1048576
 * @param passes 1 to 16
 */
public record SlowHash(int memoryKib, int passes) {
  /** The second recommended option of RFC 9106 section 4, in one lane. */
  public static final SlowHash USUAL = new SlowHash(65_536, 3);

  static final int SALT_BYTES = 16;
  static final int HASH_BYTES = 32;

  public SlowHash {
    if (memoryKib < 64 || memoryKib > 1_048_576 || passes < 1 || passes > 16) {
      throw new IllegalArgumentException("64 to 1048576 KiB and 1 to 16 passes");
    }
  }

  static byte[] newSalt(SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return salt;
  }

  /**
   * @param context what the secret is, so that one hash never stands for another thing
   */
  byte[] of(byte[] secret, byte[] salt, byte[] context) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(1)
            .withSalt(salt)
            .withAdditional(context)
            .build());
    byte[] hash = new byte[HASH_BYTES];
    generator.generateBytes(secret, hash);
    return hash;
  }
}
