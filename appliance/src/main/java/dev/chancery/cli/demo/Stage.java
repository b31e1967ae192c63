package dev.chancery.cli.demo;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ServerUnreachableException;
import dev.chancery.cli.Parts;
import dev.chancery.cli.ReadyProbe;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.FreePort;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.PolicyConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** A real appliance, made for the demo and started in this process, and its two clients. */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LABEL_BYTES = 3;

  private final NewAppliance.Made made;
  private final ApplianceConfig config;
  private final Parts.Running running;
  private final ChanceryClient trustServer;
  private final ChanceryClient operator;

  private Stage(NewAppliance.Made made, ApplianceConfig config, Parts.Running running)
      throws IOException {
    this.made = made;
    this.config = config;
    this.running = running;
    this.trustServer = client(NewAppliance.TRUST_SERVER);
    this.operator = client(NewAppliance.OPERATOR);
  }

  /**
   * Makes everything an appliance needs, as {@code init} does. Certificates are of today, the
   * ledger begins at {@code time}.
   *
   * @param fixedPorts whether it gets the same ports whenever it is started
   */
  static NewAppliance.Made make(
      Path directory,
      Path module,
      boolean fixedPorts,
      Instant time,
      Parts parts,
      Surroundings surroundings)
      throws IOException {
    byte[] name = new byte[LABEL_BYTES];
    surroundings.random().nextBytes(name);
    NewAppliance maker =
        new NewAppliance(
            parts.tokens(),
            (file, id, now) -> parts.ledgers().make(file, id, time),
            (token, file, now) -> parts.auditKeys().make(token, file, time),
            surroundings.random(),
            surroundings.clock().instant());
    return maker.make(
        new NewAppliance.Plan(
            directory,
            module,
            "demo-" + HexFormat.of().formatHex(name),
            PolicyConfig.Profile.STANDARD,
            fixedPorts ? FreePort.any() : 0,
            fixedPorts ? FreePort.any() : 0,
            fixedPorts ? FreePort.any() : 0,
            List.of("localhost"),
            List.of(InetAddress.getLoopbackAddress())));
  }

  /** Starts it under {@code clock} and waits until it is ready. */
  static Stage start(NewAppliance.Made made, ReplayClock clock, Parts parts) throws IOException {
    ApplianceConfig config = ApplianceConfig.load(made.directory().resolve("chancery.yaml"));
    Parts.Running running = parts.starter().start(config, clock, clock::nanoTime, Duration.ZERO);
    try {
      ReadyProbe.await(running.probesPort(), PATIENCE);
      return new Stage(made, config, running);
    } catch (IOException | RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private ChanceryClient client(String name) throws IOException {
    Path tls = made.directory().resolve("tls");
    return ChanceryClient.open(
        new ChanceryClient.Settings(
            address(),
            tls.resolve("ca.crt"),
            tls.resolve(name + ".crt"),
            tls.resolve(name + ".key"),
            PATIENCE));
  }

  URI address() {
    return URI.create("https://localhost:" + running.restPort());
  }

  /** Who asks for signatures. */
  ChanceryClient trustServer() {
    return trustServer;
  }

  /** Who may look on and freeze keys. */
  ChanceryClient operator() {
    return operator;
  }

  Path ledger() {
    return config.ledger().sqlite();
  }

  /** How often the token was asked to sign. */
  long signCalls() {
    return running.signCalls();
  }

  /** Somebody without a certificate tries to speak to the server. */
  Verdict withoutCertificate() throws IOException {
    Path ca = made.directory().resolve("tls/ca.crt");
    try (ChanceryClient stranger = ChanceryClient.openWithoutCertificate(address(), ca, PATIENCE)) {
      stranger.repositories(null);
      return new Verdict(Verdict.SIGNED, "an answer", "", "");
    } catch (ServerUnreachableException e) {
      return new Verdict(
          Verdict.TLS_ALERT,
          "no answer; " + alert(e),
          "a client certificate of the appliance's own authority",
          "");
    }
  }

  private static String alert(ServerUnreachableException e) {
    Throwable cause = e.getCause();
    return cause == null ? "" : String.valueOf(cause.getMessage());
  }

  @Override
  public void close() {
    trustServer.close();
    operator.close();
    running.close();
  }
}
