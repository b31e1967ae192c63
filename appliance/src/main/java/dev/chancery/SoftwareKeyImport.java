package dev.chancery;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Version;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.hsm.Pkcs11Token;
import dev.chancery.keys.BoundKey;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.keys.OldKey;
import dev.chancery.keys.Repositories;
import dev.chancery.ledger.Ledger;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An appliance that is not running, opened to put an old signer's software keys into its token. No
 * interface of the running one takes a private key: whoever imports must be able to read its PIN
 * and to write its ledger.
 */
public final class SoftwareKeyImport implements AutoCloseable {
  private final Caller actor;
  private final Ledger ledger;
  private final Pkcs11Token token;
  private final KeyRegistry registry;
  private final Keys keys;
  private final Repositories repositories;

  private SoftwareKeyImport(
      ApplianceConfig config,
      Caller actor,
      Ledger ledger,
      Pkcs11Token token,
      InstantSource clock,
      SecureRandom random) {
    this.actor = actor;
    this.ledger = ledger;
    this.token = token;
    this.registry = KeyRegistry.load(ledger);
    registry.bindTo(token.keys());
    KeyAccess access = new KeyAccess(registry, ledger, clock);
    this.keys =
        new Keys(
            token,
            ledger,
            registry,
            access,
            Policies.quotas(config.policy().quotas()),
            clock,
            random);
    this.repositories = new Repositories(ledger, registry, access, clock);
  }

  /**
   * Opens ledger and token.
   *
   * @param actor who stands on the record as the one who did it
   * @param environment of this process, for systemd's credentials
   * @throws dev.chancery.ledger.LedgerException if the ledger cannot be opened, as while the
   *     appliance runs
   * @throws dev.chancery.hsm.TokenException if the token cannot
   */
  public static SoftwareKeyImport open(
      ApplianceConfig config,
      String actor,
      Map<String, String> environment,
      InstantSource clock,
      SecureRandom random) {
    Ledger ledger = ConfiguredLedger.open(config.ledger(), clock);
    try {
      Pkcs11Token token = ConfiguredToken.open(config.token(), environment);
      try {
        return new SoftwareKeyImport(config, new Importer(actor), ledger, token, clock, random);
      } catch (RuntimeException e) {
        token.close();
        throw e;
      }
    } catch (RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  /** How a key is on the record, if it is. */
  public Optional<KeyMode> mode(KeyId id) {
    return registry.find(id).map(BoundKey::record).map(KeyRecord::mode);
  }

  /** Registers the versions a repository had; null for one that is not known. */
  public void registerStart(
      RepositoryName repository,
      @Nullable Version timestamp,
      @Nullable Version snapshot,
      String reason) {
    var _ = joined(repositories.registerStart(actor, repository, timestamp, snapshot, reason));
  }

  /**
   * Puts a key into the token and on the record, mode {@code imported}.
   *
   * @param pkcs8 DER PrivateKeyInfo; the caller wipes it
   * @throws RuntimeException as {@link Keys#importKey} fails
   */
  public KeyRecord put(OldKey key, byte[] pkcs8) {
    return joined(keys.importKey(actor, key, pkcs8));
  }

  @Override
  public void close() {
    keys.close();
    token.close();
    ledger.close();
  }

  private static <T> T joined(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** An account of this machine that may do this and nothing else. */
  private record Importer(String name) implements Caller {
    @Override
    public boolean may(Operation operation) {
      return operation == Operation.ADOPT_KEY;
    }

    @Override
    public boolean may(Operation operation, RepositoryName repository) {
      return may(operation);
    }
  }
}
