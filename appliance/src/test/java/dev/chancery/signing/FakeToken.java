package dev.chancery.signing;

import dev.chancery.api.Sha256;
import dev.chancery.hsm.KeyAttributes;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.hsm.TokenKey;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.DSAKCalculator;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.jspecify.annotations.Nullable;

/**
 * A token in memory: real P-256 keys, or recorded public keys with the signatures recorded for
 * them. Counts what it is asked, and can be told to fail or to lie.
 */
final class FakeToken implements SigningToken {
  private static final ECDomainParameters P256 =
      new ECDomainParameters(CustomNamedCurves.getByName("P-256"));

  private final Map<String, ECPrivateKeyParameters> privateKeys = new ConcurrentHashMap<>();
  private final Map<String, TokenKey> keys = new ConcurrentHashMap<>();
  private final Map<String, byte[]> recorded = new ConcurrentHashMap<>();
  private final Map<String, List<byte[]>> data = new ConcurrentHashMap<>();
  private final AtomicLong signCalls = new AtomicLong();
  private volatile UnaryOperator<byte[]> tamper = UnaryOperator.identity();
  private volatile @Nullable BigInteger nonce;
  private volatile Optional<TokenException> failure = Optional.empty();
  private volatile Optional<TokenException> dataFailure = Optional.empty();
  private volatile boolean keepsData = true;

  /** How often a signature was asked for. */
  long signCalls() {
    return signCalls.get();
  }

  /** From now on signatures are changed before they are given out. */
  void tamper(UnaryOperator<byte[]> change) {
    tamper = change;
  }

  /** From now on each signature is made with this k, as it must never be; null: as it should be. */
  void nonce(@Nullable BigInteger k) {
    nonce = k;
  }

  /** From now on signing fails, or works again. */
  void fail(Optional<TokenException> with) {
    failure = with;
  }

  /** From now on the token shows a key with this id, public key and attributes. */
  void replace(TokenKey key) {
    keys.put(key.id(), key);
  }

  /** A key of which only recorded signatures are known. */
  TokenKey addRecorded(String id, byte[] subjectPublicKeyInfo) {
    TokenKey key = key(id, subjectPublicKeyInfo);
    keys.put(id, key);
    return key;
  }

  void addSignature(byte[] message, byte[] signature) {
    recorded.put(Sha256.of(message).hex(), signature);
  }

  @Override
  public TokenIdentity identity() {
    return new TokenIdentity("fake", "0001");
  }

  @Override
  public Set<KeySpec> supported() {
    return EnumSet.of(KeySpec.EC_P256);
  }

  @Override
  public TokenKey generate(KeySpec spec, String id) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(P256, new SecureRandom()));
    var pair = generator.generateKeyPair();
    privateKeys.put(id, (ECPrivateKeyParameters) pair.getPrivate());
    TokenKey key = key(id, spki((ECPublicKeyParameters) pair.getPublic()));
    keys.put(id, key);
    return key;
  }

  @Override
  public Optional<TokenKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public List<TokenKey> keys() {
    return new ArrayList<>(keys.values());
  }

  @Override
  public CompletableFuture<byte[]> sign(TokenKey key, byte[] message) {
    signCalls.incrementAndGet();
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(failure.get());
    }
    ECPrivateKeyParameters privateKey = privateKeys.get(key.id());
    byte[] signature =
        privateKey == null ? recorded.get(Sha256.of(message).hex()) : ecdsa(privateKey, message);
    return CompletableFuture.completedFuture(tamper.apply(signature));
  }

  @Override
  public List<byte[]> data(String label) {
    failure.ifPresent(
        exception -> {
          throw exception;
        });
    return data.getOrDefault(label, List.of());
  }

  @Override
  public void replaceData(String label, byte[] value) {
    if (!keepsData) {
      throw new TokenException("DATA_UNSUPPORTED", "as this test demands");
    }
    dataFailure.ifPresent(
        exception -> {
          throw exception;
        });
    putData(label, List.of(value));
  }

  /** From now on no value is taken with this failure, or all are again. */
  void refuseData(Optional<TokenException> with) {
    dataFailure = with;
  }

  /** From now on no value is taken; that there is none is all that a search finds. */
  void keepNoData() {
    keepsData = false;
  }

  /** From now on these are the values under {@code label}. */
  void putData(String label, List<byte[]> values) {
    data.put(label, values);
  }

  @Override
  public void probe(Duration deadline) {
    failure.ifPresent(
        exception -> {
          throw exception;
        });
  }

  @Override
  public void close() {}

  private static TokenKey key(String id, byte[] subjectPublicKeyInfo) {
    return new TokenKey(
        id,
        KeySpec.EC_P256,
        subjectPublicKeyInfo,
        new KeyAttributes(new TreeMap<>(Map.of("CKA_SENSITIVE", true))));
  }

  private byte[] ecdsa(ECPrivateKeyParameters key, byte[] message) {
    BigInteger k = nonce;
    ECDSASigner signer =
        new ECDSASigner(k == null ? new HMacDSAKCalculator(new SHA256Digest()) : new FixedNonce(k));
    signer.init(true, key);
    BigInteger[] rs = signer.generateSignature(Sha256.of(message).bytes());
    byte[] out = new byte[64];
    copy(rs[0], out, 0);
    copy(rs[1], out, 32);
    return out;
  }

  /** What a broken generator of random numbers does. */
  private record FixedNonce(BigInteger k) implements DSAKCalculator {
    @Override
    public boolean isDeterministic() {
      return true;
    }

    @Override
    public void init(BigInteger n, SecureRandom random) {}

    @Override
    public void init(BigInteger n, BigInteger d, byte[] message) {}

    @Override
    public BigInteger nextK() {
      return k;
    }
  }

  private static void copy(BigInteger number, byte[] out, int offset) {
    byte[] bytes = org.bouncycastle.util.BigIntegers.asUnsignedByteArray(32, number);
    System.arraycopy(bytes, 0, out, offset, 32);
  }

  private static byte[] spki(ECPublicKeyParameters key) {
    try {
      return new SubjectPublicKeyInfo(
              new AlgorithmIdentifier(
                  X9ObjectIdentifiers.id_ecPublicKey,
                  new ASN1ObjectIdentifier("1.2.840.10045.3.1.7")),
              key.getQ().getEncoded(false))
          .getEncoded();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "FakeToken" + Arrays.asList(keys.keySet());
  }
}
