package dev.chancery.cli.bench;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.crypto.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;

/** What one verification costs here, in the implementation that the path uses. */
final class VerifyCost {
  private static final int BATCH = 200;
  private static final double NANOS_PER_MICRO = 1e3;

  private VerifyCost() {}

  /** Microseconds for one, the best of many batches, measured for {@code time}. */
  static double micros(Duration time) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] message = new byte[280];
      Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(keys.getPrivate());
      signer.update(message);
      RawSignature signature = new RawSignature(signer.sign());
      return best(
          VerificationKey.parse(Algorithm.ECDSA, keys.getPublic().getEncoded()),
          message,
          signature,
          time);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has ECDSA on P-256", e);
    }
  }

  private static double best(
      VerificationKey key, byte[] message, RawSignature signature, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    double best = Double.MAX_VALUE;
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      for (int i = 0; i < BATCH; i++) {
        if (!key.verify(message, signature)) {
          throw new IllegalStateException("a good signature did not verify");
        }
      }
      best = Math.min(best, (System.nanoTime() - start) / NANOS_PER_MICRO / BATCH);
    }
    return best;
  }
}
