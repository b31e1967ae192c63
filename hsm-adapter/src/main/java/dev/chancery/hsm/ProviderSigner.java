package dev.chancery.hsm;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs through SunPKCS11 with the EC and RSA keys that were in the token when its KeyStore was
 * loaded, which happens once: a load and even a {@code getKey} are linear in the token's objects
 * (0.25 s for one key among 5,000). So a thread of its own fetches the PrivateKeys that are asked
 * for, at a pace that leaves the token to the signatures, and they are kept.
 *
 * <p>The Provider is never registered with {@link Security}. It is given the PIN that {@link
 * Logins} has proved: where the process is logged in already it makes no use of it, but some
 * modules (p11-kit's client) are a new connection, with a login of its own, to each that asks for
 * their function list.
 */
final class ProviderSigner {
  private static final Logger log = LoggerFactory.getLogger(ProviderSigner.class);
  private static final String ECDSA = "SHA256withECDSAinP1363Format";
  private static final String PSS = "RSASSA-PSS";
  private static final PSSParameterSpec PSS_PARAMETERS =
      new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

  /** A fiftieth of one core at most: until its PrivateKey is there a key signs as fast without. */
  private static final int PAUSE_FACTOR = 49;

  private final Provider provider;
  private final KeyStore keyStore;
  private final Set<String> resident;
  private final Map<String, PrivateKey> keys = new ConcurrentHashMap<>();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final ExecutorService fetcher;

  private ProviderSigner(Provider provider, KeyStore keyStore, Set<String> resident) {
    this.provider = provider;
    this.keyStore = keyStore;
    this.resident = resident;
    this.fetcher =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name(provider.getName() + "-keys").factory());
  }

  /**
   * Loads the KeyStore of the token in {@code slot}, to which this process is logged in.
   *
   * @param pin right, as a login has shown
   * @param expected how many keys with certificates were found there by other means: a token whose
   *     storage is lost loads as an empty KeyStore, without an error
   */
  static ProviderSigner open(Path module, long slot, Pin pin, int expected) {
    char[] password = pin.characters();
    try {
      Provider provider =
          Security.getProvider("SunPKCS11")
              .configure("--name=chancery\nlibrary=" + module + "\nslot=" + slot + "\n");
      KeyStore keyStore = KeyStore.getInstance("PKCS11", provider);
      keyStore.load(null, password);
      Set<String> aliases = new HashSet<>(Collections.list(keyStore.aliases()));
      if (aliases.isEmpty() && expected > 0) {
        throw new TokenException(
            "KEYSTORE_EMPTY", "the token has " + expected + " keys but its KeyStore loads empty");
      }
      return new ProviderSigner(provider, keyStore, Set.copyOf(aliases));
    } catch (GeneralSecurityException | IOException | ProviderException e) {
      throw SunPkcs11Errors.of("loading the KeyStore", e);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /**
   * The key of this id, once it has been fetched; asking has it fetched. Empty for ever where
   * SunPKCS11 cannot sign with it.
   */
  Optional<PrivateKey> key(TokenKey key) {
    PrivateKey ready = keys.get(key.id());
    if (ready == null && canSign(key) && asked.add(key.id())) {
      try {
        fetcher.execute(() -> fetch(key.id()));
      } catch (RejectedExecutionException e) {
        log.debug("closing: {} is not fetched any more", key.id());
      }
    }
    return Optional.ofNullable(ready);
  }

  private boolean canSign(TokenKey key) {
    return resident.contains(key.id())
        && switch (key.spec()) {
          case EC_P256 -> provider.getService("Signature", ECDSA) != null;
          case RSA_2048, RSA_3072, RSA_4096 -> provider.getService("Signature", PSS) != null;
          case ED25519 -> false; // SunPKCS11 has no EdDSA
        };
  }

  private void fetch(String id) {
    long start = System.nanoTime();
    try {
      if (keyStore.getKey(id, null) instanceof PrivateKey key) {
        keys.put(id, key);
      }
      Thread.sleep((System.nanoTime() - start) * PAUSE_FACTOR / 1_000_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (GeneralSecurityException | RuntimeException e) {
      log.warn("key {} stays with the slower path: {}", id, e.toString());
    }
  }

  byte[] sign(KeySpec spec, PrivateKey key, byte[] message) {
    try {
      Signature signature = Signature.getInstance(spec == KeySpec.EC_P256 ? ECDSA : PSS, provider);
      if (spec != KeySpec.EC_P256) {
        signature.setParameter(PSS_PARAMETERS);
      }
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException | ProviderException e) {
      throw SunPkcs11Errors.of("sign", e);
    }
  }

  /** Forgets a key whose object is gone. */
  void forget(String id) {
    keys.remove(id);
  }

  /** Fetches nothing more. */
  void close() {
    fetcher.shutdownNow();
  }
}
