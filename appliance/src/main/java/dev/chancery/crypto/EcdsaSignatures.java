package dev.chancery.crypto;

import dev.chancery.api.RawSignature;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** The two forms of a P-256 signature: r and s of 32 bytes each, and DER (RFC 3279, 2.2.3). */
public final class EcdsaSignatures {
  private static final BigInteger ORDER =
      CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1).getN();

  private EcdsaSignatures() {}

  /**
   * The DER form.
   *
   * @throws IllegalArgumentException if {@code signature} is not 64 bytes of r and s in 1 to n−1
   */
  public static byte[] toDer(RawSignature signature) {
    try {
      BigInteger[] numbers = PlainDSAEncoding.INSTANCE.decode(ORDER, signature.bytes());
      return StandardDSAEncoding.INSTANCE.encode(ORDER, numbers[0], numbers[1]);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not a P-256 signature of 64 bytes", e);
    }
  }

  /**
   * The raw form.
   *
   * @throws IllegalArgumentException if {@code der} is not one signature and nothing else
   */
  public static RawSignature fromDer(byte[] der) {
    try {
      BigInteger[] numbers = StandardDSAEncoding.INSTANCE.decode(ORDER, der);
      if (Arrays.equals(StandardDSAEncoding.INSTANCE.encode(ORDER, numbers[0], numbers[1]), der)) {
        return new RawSignature(PlainDSAEncoding.INSTANCE.encode(ORDER, numbers[0], numbers[1]));
      }
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException("not a P-256 signature in DER", e);
    }
    throw new IllegalArgumentException("not a P-256 signature in DER");
  }
}
