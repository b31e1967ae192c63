package dev.chancery;

import dev.chancery.access.AccessPolicy;
import dev.chancery.cli.Parts;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.LedgerConfig;
import dev.chancery.door.Backend;
import dev.chancery.door.CoreBackend;
import dev.chancery.door.LedgerPages;
import dev.chancery.grpc.GrpcServer;
import dev.chancery.grpc.UpstreamSigner;
import dev.chancery.hsm.TokenSupervisor;
import dev.chancery.http.ProbeServer;
import dev.chancery.http.RestServer;
import dev.chancery.keys.DueDates;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyFollower;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.keys.Repositories;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.StoredLedger;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.SigningPolicy;
import dev.chancery.push.Places;
import dev.chancery.recovery.Recovery;
import dev.chancery.signing.Audit;
import dev.chancery.signing.BackupSealing;
import dev.chancery.signing.CheckpointRequests;
import dev.chancery.signing.CheckpointSettings;
import dev.chancery.signing.Checkpoints;
import dev.chancery.signing.ClockConfirmation;
import dev.chancery.signing.ClockGuard;
import dev.chancery.signing.ForeignSigner;
import dev.chancery.signing.LedgerBinding;
import dev.chancery.signing.LedgerRebasing;
import dev.chancery.signing.Readiness;
import dev.chancery.signing.Signing;
import dev.chancery.signing.WarmUp;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One appliance at work: token, ledger, path and doors, started together and stopped in order. */
public final class Appliance implements Parts.Running {
  private static final Logger LOG = LoggerFactory.getLogger(Appliance.class);

  private final Deque<AutoCloseable> opened;
  private final TokenSupervisor token;
  private final Checkpoints checkpoints;
  private final RestServer rest;
  private final int grpcPort;
  private final ProbeServer probes;

  private Appliance(
      ApplianceConfig config, Clocks clocks, Duration warmUp, Deque<AutoCloseable> opened) {
    this.opened = opened;
    AccessPolicy access = AccessPolicy.load(config.access());
    StoredLedger ledger = opened(ConfiguredLedger.open(config.ledger(), clocks.wall()));
    this.token = opened(ConfiguredToken.supervise(config.token(), System.getenv()));
    ledger.holdWhile(token::busy);
    KeyRegistry registry = KeyRegistry.load(ledger);
    if (config.ledger() instanceof LedgerConfig.Postgresql) {
      opened(KeyFollower.start(ledger, registry, token));
    }
    PolicySettings settings = Policies.settings(config.policy(), clocks.wall().instant());
    LedgerBinding binding = LedgerBinding.closed();
    ClockGuard guard =
        new ClockGuard(clocks.wall(), clocks.nanoTime(), settings.skew(), ledger.trustedTime());
    Places places = opened(Places.open(ledger.head().ledgerId(), config.checkpoints()));
    this.checkpoints = checkpoints(config, clocks, ledger, binding, places);
    Readiness readiness =
        new Readiness(
            token,
            registry,
            ledger,
            binding,
            guard,
            clocks.wall(),
            clocks.nanoTime(),
            settings.shadow(),
            () -> asides(places));
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    this.probes = opened(ProbeServer.start(config.probes(), readiness::components, metrics));
    opened(checkpoints);
    CheckpointMetrics.register(metrics, checkpoints, binding, ledger, places.pushes());
    Backend backend = backend(config, clocks, settings, ledger, registry, binding, guard, metrics);
    this.rest = opened(RestServer.start(config.rest(), backend, access, metrics));
    this.grpcPort =
        config.grpc() == null
            ? -1
            : opened(GrpcServer.start(config.grpc(), backend, access, readiness::canSign, metrics))
                .port();
    opened(KeyBinding.start(token, registry));
    checkpoints.start();
    if (warmUp.isPositive()) {
      opened(
          BackgroundWarmUp.start(
              new WarmUp(scratch(config), clocks.wall(), clocks.nanoTime()), warmUp, readiness));
    } else {
      readiness.warmedUp();
    }
  }

  /**
   * Opens everything that {@code config} names and listens. A token that is away is waited for in
   * the background; until then requests fail and {@code /readyz} says why.
   *
   * @throws RuntimeException that names what is wrong, when waiting would not help; nothing stays
   *     open
   */
  public static Appliance start(ApplianceConfig config, Clocks clocks) {
    return start(config, clocks, Duration.ZERO);
  }

  /**
   * As above; until it has warmed up, for {@code warmUp} at most, {@code /readyz} says no.
   *
   * @param warmUp zero for none
   */
  public static Appliance start(ApplianceConfig config, Clocks clocks, Duration warmUp) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return new Appliance(config, clocks, warmUp, opened);
    } catch (RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  private Backend backend(
      ApplianceConfig config,
      Clocks clocks,
      PolicySettings settings,
      Ledger ledger,
      KeyRegistry registry,
      LedgerBinding binding,
      ClockGuard guard,
      MeterRegistry metrics) {
    KeyAccess access = new KeyAccess(registry, ledger, clocks.wall());
    Keys keys =
        opened(
            new Keys(
                token,
                ledger,
                registry,
                access,
                Policies.quotas(config.policy().quotas()),
                clocks.wall(),
                new SecureRandom()));
    Signing signing =
        new Signing(
            registry,
            access,
            new SigningPolicy(settings, Policies.tuf(config.policy())),
            binding,
            guard,
            clocks.wall(),
            ledger,
            token,
            upstream(config),
            key -> Policies.form(config.policy(), key));
    ShadowMetrics.register(metrics, settings.shadow(), signing, clocks.wall());
    DueDates due = new DueDates(ledger, access, clocks.wall());
    opened(DueMetrics.start(due, metrics));
    return new CoreBackend(
        signing,
        keys,
        new Repositories(ledger, registry, access, clocks.wall()),
        due,
        new Recovery(ledger, registry, access, clocks.wall(), settings.maxFirstJump()),
        new LedgerRebasing(access, checkpoints, ForkJoinPool.commonPool()),
        new BackupSealing(access, ledger, checkpoints, clocks.wall(), ForkJoinPool.commonPool()),
        new CheckpointRequests(access, checkpoints, ledger, ForkJoinPool.commonPool()),
        new LedgerPages(access, registry, ledger),
        access,
        ledger,
        new ClockConfirmation(access, ledger, guard, clocks.wall()),
        new Audit(ledger, clocks.wall()));
  }

  private Checkpoints checkpoints(
      ApplianceConfig config, Clocks clocks, Ledger ledger, LedgerBinding binding, Places places) {
    return new Checkpoints(
        token,
        ledger,
        binding,
        new CheckpointSettings(config.checkpoints().rows(), config.checkpoints().interval()),
        places.outside(),
        clocks.wall(),
        clocks.nanoTime(),
        new SecureRandom());
  }

  /** What is amiss with checkpoints and stops nothing: that would give it away for nothing. */
  private List<Readiness.Component> asides(Places places) {
    List<Readiness.Component> asides = new ArrayList<>(places.behind());
    checkpoints
        .failure()
        .ifPresent(why -> asides.add(new Readiness.Component("checkpoints", true, why)));
    return asides;
  }

  private ForeignSigner upstream(ApplianceConfig config) {
    return config.upstream() == null
        ? ForeignSigner.NONE
        : opened(UpstreamSigner.open(config.upstream()));
  }

  private static Path scratch(ApplianceConfig config) {
    Path neighbour =
        config.ledger() instanceof LedgerConfig.Sqlite(Path file) ? file : config.file();
    return neighbour.resolveSibling("warm-up");
  }

  @Override
  public int restPort() {
    return rest.port();
  }

  @Override
  public int grpcPort() {
    return grpcPort;
  }

  @Override
  public int probesPort() {
    return probes.port();
  }

  @Override
  public long signCalls() {
    return token.signCalls() - checkpoints.signatures();
  }

  /** Answers what is under way, then closes doors, keys, token and ledger in this order. */
  @Override
  public void close() {
    closeAll(opened);
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.error("closing: {}", e.getMessage(), e);
      }
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }
}
