package dev.chancery.keys;

import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.LedgerException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a registry as other nodes on the same ledger leave it: every two seconds, and before a key
 * is said to be unknown. What may be signed never depends on it, for that is judged in the ledger.
 */
public final class KeyFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFollower.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final KeyRegistry registry;
  private final SigningToken token;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("key-follower").daemon(true).factory());

  private KeyFollower(Ledger ledger, KeyRegistry registry, SigningToken token) {
    this.ledger = ledger;
    this.registry = registry;
    this.token = token;
  }

  /** Begins to follow; {@code registry} was loaded from {@code ledger}. */
  public static KeyFollower start(Ledger ledger, KeyRegistry registry, SigningToken token) {
    KeyFollower follower = new KeyFollower(ledger, registry, token);
    ledger.listen(registry::follow);
    registry.beforeUnknown(follower::catchUp);
    var _ =
        follower.thread.scheduleWithFixedDelay(
            follower::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    return follower;
  }

  private void look() {
    try {
      catchUp();
    } catch (LedgerException | TokenException e) {
      LOG.debug("what other nodes did is not known now: {}", e.getMessage());
    }
  }

  /**
   * Takes up what other nodes did until now.
   *
   * @throws LedgerException if the ledger does not say
   * @throws TokenException if the token does not say whether it has a key of another node's
   */
  private void catchUp() {
    try {
      Keys.joined(ledger.catchUp().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (CompletionException e) {
      throw e.getCause() instanceof TimeoutException
          ? new LedgerException("the ledger did not answer in time", e)
          : e;
    }
    registry.bind(token::find);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
