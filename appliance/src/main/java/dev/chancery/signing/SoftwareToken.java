package dev.chancery.signing;

import dev.chancery.hsm.KeyAttributes;
import dev.chancery.hsm.KeySpec;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.hsm.TokenKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
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

/** P-256 keys in memory, in place of a token, for {@link WarmUp} alone. */
final class SoftwareToken implements SigningToken {
  private static final int THREADS = 2;

  private final Map<String, PrivateKey> privateKeys = new ConcurrentHashMap<>();
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
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      KeyAttributes none = new KeyAttributes(new TreeMap<>());
      TokenKey made = new TokenKey(id, spec, pair.getPublic().getEncoded(), none);
      privateKeys.put(id, pair.getPrivate());
      keys.put(id, made);
      return made;
    } catch (GeneralSecurityException e) {
      throw new TokenException("FAILED", "no key could be made", e);
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
    PrivateKey privateKey =
        Objects.requireNonNull(privateKeys.get(key.id()), "a key of this token");
    return CompletableFuture.supplyAsync(() -> sign(privateKey, message), threads);
  }

  private static byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new TokenException("FAILED", "no signature could be made", e);
    }
  }

  @Override
  public void probe(Duration deadline) {}

  @Override
  public void close() {
    threads.close();
  }
}
