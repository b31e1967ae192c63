package dev.chancery.signing;

import dev.chancery.api.Sha256;
import dev.chancery.hsm.KeyAttributes;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.hsm.TokenKey;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.util.BigIntegers;

/**
 * P-256 keys in place of a token's, for {@link WarmUp} alone. The private keys are 1, 2, 3 and so
 * on: whoever finds one in a dump of this process's memory sees that it is nobody's secret.
 */
final class SoftwareToken implements SigningToken {
  private static final int THREADS = 2;
  private static final int NUMBER_BYTES = 32;
  private static final ECDomainParameters P256 =
      new ECNamedDomainParameters(
          SECObjectIdentifiers.secp256r1,
          CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1));

  private final AtomicLong lastPrivateKey = new AtomicLong();
  private final Map<String, ECPrivateKeyParameters> privateKeys = new ConcurrentHashMap<>();
  private final Map<String, TokenKey> keys = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("warm-up-sign-", 1).factory());

  @Override
  public TokenIdentity identity() {
    return new TokenIdentity("warm-up", "0");
  }

  @Override
  public Set<KeySpec> supported() {
    return EnumSet.of(KeySpec.EC_P256);
  }

  @Override
  public TokenKey generate(KeySpec spec, String id) {
    BigInteger number = BigInteger.valueOf(lastPrivateKey.incrementAndGet());
    TokenKey made =
        new TokenKey(id, spec, subjectPublicKeyInfo(number), new KeyAttributes(new TreeMap<>()));
    privateKeys.put(id, new ECPrivateKeyParameters(number, P256));
    keys.put(id, made);
    return made;
  }

  private static byte[] subjectPublicKeyInfo(BigInteger privateKey) {
    ECPublicKeyParameters key =
        new ECPublicKeyParameters(P256.getG().multiply(privateKey).normalize(), P256);
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
    } catch (IOException e) {
      throw new TokenException("FAILED", "a public key could not be encoded", e);
    }
  }

  @Override
  public Optional<TokenKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public List<TokenKey> keys() {
    return List.copyOf(keys.values());
  }

  @Override
  public CompletableFuture<byte[]> sign(TokenKey key, byte[] message) {
    ECPrivateKeyParameters privateKey =
        Objects.requireNonNull(privateKeys.get(key.id()), "a key of this token");
    return CompletableFuture.supplyAsync(() -> sign(privateKey, message), threads);
  }

  private static byte[] sign(ECPrivateKeyParameters key, byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, key);
    BigInteger[] signature = signer.generateSignature(Sha256.of(message).bytes());
    byte[] bytes = new byte[2 * NUMBER_BYTES];
    BigIntegers.asUnsignedByteArray(signature[0], bytes, 0, NUMBER_BYTES);
    BigIntegers.asUnsignedByteArray(signature[1], bytes, NUMBER_BYTES, NUMBER_BYTES);
    return bytes;
  }

  @Override
  public void probe(Duration deadline) {}

  @Override
  public void close() {
    threads.close();
  }
}
