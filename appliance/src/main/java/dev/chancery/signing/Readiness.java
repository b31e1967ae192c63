package dev.chancery.signing;

import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.ledger.Ledger;
import dev.chancery.policy.ShadowMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the appliance could sign now, part by part. The token is asked once a second at most, and
 * so is a ledger that could not be written.
 */
public final class Readiness {
  private static final String TOKEN = "token";
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(2);
  private static final long PROBE_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * One part.
   *
   * @param detail what is wrong, or a word of what was seen
   */
  public record Component(String name, boolean ok, String detail) {}

  private final SigningToken token;
  private final KeyRegistry registry;
  private final Ledger ledger;
  private final LedgerBinding binding;
  private final ClockGuard clock;
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final @Nullable ShadowMode shadow;
  private final Supplier<List<Component>> asides;
  private long probedAt;
  private @Nullable Component tokenSeen;
  private volatile boolean warm;

  /**
   * Looks at these parts.
   *
   * @param asides parts that somebody should know of and that nothing waits for
   */
  public Readiness(
      SigningToken token,
      KeyRegistry registry,
      Ledger ledger,
      LedgerBinding binding,
      ClockGuard clock,
      InstantSource wall,
      LongSupplier nanoTime,
      @Nullable ShadowMode shadow,
      Supplier<List<Component>> asides) {
    this.token = token;
    this.registry = registry;
    this.ledger = ledger;
    this.binding = binding;
    this.clock = clock;
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.shadow = shadow;
    this.asides = asides;
  }

  /** Called once, when the warm-up is over. */
  public void warmedUp() {
    warm = true;
  }

  /** Each part; the appliance is ready when all are ok. */
  public List<Component> components() {
    List<Component> components =
        new ArrayList<>(
            List.of(
                token(),
                component("ledger", ledger.failure()),
                component("binding", binding.distrust()),
                component("clock", clock.distrust()),
                component("warm-up", warm ? Optional.empty() : Optional.of("still warming up"))));
    if (shadow != null && shadow.isOn(wall.instant())) {
      components.add(
          new Component("shadow-mode", true, "state rules do not refuse until " + shadow.until()));
    }
    components.addAll(asides.get());
    return List.copyOf(components);
  }

  /** Whether a signature could be made now, however slowly at first. */
  public boolean canSign() {
    return token().ok()
        && ledger.failure().isEmpty()
        && binding.distrust().isEmpty()
        && clock.distrust().isEmpty();
  }

  private static Component component(String name, Optional<String> problem) {
    return new Component(name, problem.isEmpty(), problem.orElse("ok"));
  }

  /** Whether the keys have been read costs nothing to ask, so an answer to that is never old. */
  private Component token() {
    return registry.isBound()
        ? probedToken()
        : new Component(TOKEN, false, "its keys have not been read yet");
  }

  private synchronized Component probedToken() {
    long now = nanoTime.getAsLong();
    Component last = tokenSeen;
    if (last != null && now - probedAt < PROBE_INTERVAL_NANOS) {
      return last;
    }
    Component seen = probe();
    if (ledger.failure().isPresent()) {
      // Nobody may be sending requests any more because of it; the next look shows what came of it.
      var _ = ledger.probe(wall.instant());
    }
    probedAt = now;
    tokenSeen = seen;
    return seen;
  }

  private Component probe() {
    try {
      token.probe(PROBE_DEADLINE);
      return new Component(TOKEN, true, "ok");
    } catch (TokenException e) {
      return new Component(TOKEN, false, String.valueOf(e.getMessage()));
    }
  }
}
