package dev.chancery.softhsm;

import dev.chancery.Appliance;
import dev.chancery.Clocks;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.GrpcConfig;
import dev.chancery.config.ProbesConfig;
import dev.chancery.config.RestConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A whole appliance for tests. Safe for many threads, but {@link #restart} wants to be alone. */
public final class Chancery implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path directory;
  private final Path tokenDirectory;
  private final @Nullable TestClock clock;
  private Running running;
  private long signCallsBefore;

  private record Running(Appliance appliance, ChanceryClient client, ChanceryClient operator) {
    void close() {
      client.close();
      operator.close();
      appliance.close();
    }
  }

  /**
   * Starts what stands in {@code directory}.
   *
   * @param tokenDirectory where SoftHSM keeps the objects of its token
   * @param clock null for the machine's
   */
  Chancery(Path directory, Path tokenDirectory, @Nullable TestClock clock) {
    this.directory = directory;
    this.tokenDirectory = tokenDirectory;
    this.clock = clock;
    this.running = start(load());
  }

  private ApplianceConfig load() {
    return ApplianceConfig.load(directory.resolve("chancery.yaml"));
  }

  private Running start(ApplianceConfig config) {
    Appliance appliance = Appliance.start(config, clock == null ? Clocks.SYSTEM : clock.clocks());
    try {
      URI uri = restUri(appliance);
      return new Running(
          appliance, client(uri, NewAppliance.TRUST_SERVER), client(uri, NewAppliance.OPERATOR));
    } catch (RuntimeException e) {
      appliance.close();
      throw e;
    }
  }

  private ChanceryClient client(URI uri, String name) {
    try {
      return ChanceryClient.open(
          new ChanceryClient.Settings(
              uri, tls("ca.crt"), tls(name + ".crt"), tls(name + ".key"), TIMEOUT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client with the certificate of the trust server, who may ask for keys and signatures. */
  public synchronized ChanceryClient client() {
    return running.client();
  }

  /** A client with the certificate of the operator, who may look, freeze keys and confirm. */
  public synchronized ChanceryClient operator() {
    return running.operator();
  }

  /** Such as {@code https://localhost:40123}, the same after a restart. */
  public synchronized URI restUri() {
    return restUri(running.appliance());
  }

  private static URI restUri(Appliance appliance) {
    return URI.create("https://localhost:" + appliance.restPort());
  }

  /** Where notary-server finds its signer, on {@code localhost}; the same after a restart. */
  public synchronized int grpcPort() {
    return running.appliance().grpcPort();
  }

  /** Such as {@code http://127.0.0.1:40124}, the same after a restart. */
  public synchronized URI probesUri() {
    return URI.create("http://127.0.0.1:" + running.appliance().probesPort());
  }

  /**
   * What {@code chancery init} made: {@code chancery.yaml}, {@code access.yaml}, {@code tls/},
   * {@code pins/} and {@code ledger/}. Change the first two and {@link #restart} to try other
   * settings and rights.
   */
  public Path directory() {
    return directory;
  }

  /** A PEM file in {@code tls/}, such as {@code ca.crt} or {@code notary-server.key}. */
  public Path tls(String name) {
    return directory.resolve("tls").resolve(name);
  }

  /** Where SoftHSM keeps the token's objects: move it away to see the token lose its storage. */
  public Path tokenDirectory() {
    return tokenDirectory;
  }

  /** The ledger, a SQLite database (docs/ledger-format.md); it may be read at any time. */
  public Path ledgerFile() {
    return directory.resolve("ledger/ledger.db");
  }

  /**
   * The appliance's clock.
   *
   * @throws IllegalStateException if it runs on the machine's
   */
  public TestClock clock() {
    if (clock == null) {
      throw new IllegalStateException("this appliance has no clock of its own; give one: clock =");
    }
    return clock;
  }

  /**
   * How often the token was asked to sign (C_Sign), over all restarts. A new key signs its own
   * certificate, so making one counts too.
   */
  public synchronized long signCalls() {
    return signCallsBefore + running.appliance().signCalls();
  }

  /**
   * Stops the appliance in an orderly way and starts it again on the same files and ports. Clients
   * got before are closed; ask for new ones.
   */
  public synchronized void restart() {
    restart(() -> {});
  }

  /** As {@link #restart()}, with something to be done while nobody has the files open. */
  public synchronized void restart(Runnable meanwhile) {
    int rest = running.appliance().restPort();
    int grpc = running.appliance().grpcPort();
    int probes = running.appliance().probesPort();
    close();
    signCallsBefore += running.appliance().signCalls();
    meanwhile.run();
    running = start(listeningOn(rest, grpc, probes, load()));
  }

  /** Ends the appliance; its files stay until the run is over. */
  @Override
  public synchronized void close() {
    running.close();
  }

  private static ApplianceConfig listeningOn(
      int rest, int grpc, int probes, ApplianceConfig config) {
    RestConfig was = config.rest();
    GrpcConfig door = config.grpc();
    return new ApplianceConfig(
        config.file(),
        config.token(),
        config.ledger(),
        new RestConfig(
            was.host(), rest, was.certificate(), was.key(), was.clientCa(), was.limits()),
        door == null
            ? null
            : new GrpcConfig(
                door.host(), grpc, door.certificate(), door.key(), door.clientCa(), door.limits()),
        config.upstream(),
        new ProbesConfig(config.probes().host(), probes),
        config.access(),
        config.policy(),
        config.checkpoints(),
        config.backup());
  }
}
