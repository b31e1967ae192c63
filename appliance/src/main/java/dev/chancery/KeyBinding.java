package dev.chancery;

import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.KeyRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the token's keys once at start, trying again each second for as long as it is away. */
final class KeyBinding implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyBinding.class);

  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("key-binding").daemon(true).factory());
  private final SigningToken token;
  private final KeyRegistry registry;

  private KeyBinding(SigningToken token, KeyRegistry registry) {
    this.token = token;
    this.registry = registry;
  }

  static KeyBinding start(SigningToken token, KeyRegistry registry) {
    KeyBinding binding = new KeyBinding(token, registry);
    binding.bind();
    return binding;
  }

  private void bind() {
    try {
      registry.bindTo(token.keys());
      retries.shutdown();
    } catch (TokenException e) {
      LOG.warn("the token's keys cannot be read yet: {}", e.getMessage());
      var _ = retries.schedule(this::bind, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    retries.shutdownNow();
  }
}
