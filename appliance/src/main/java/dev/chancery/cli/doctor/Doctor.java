package dev.chancery.cli.doctor;

import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.ConfigException;
import dev.chancery.config.GrpcConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Examines an appliance. It changes nothing. While a server runs it leaves the token's login and
 * the ledger's lock to it and asks it how they are.
 */
public final class Doctor {
  private final Map<String, String> environment;
  private final Instant now;
  private final Report report = new Report();

  /**
   * @param environment of this process, for systemd's credentials
   */
  public Doctor(Map<String, String> environment, Instant now) {
    this.environment = Map.copyOf(environment);
    this.now = now;
  }

  /** Examines everything that {@code configFile} names. */
  public List<Finding> examine(Path configFile) {
    look("java", () -> JavaCheck.run(report));
    Optional<ApplianceConfig> config = configuration(configFile);
    config.ifPresent(this::examine);
    return report.findings();
  }

  private Optional<ApplianceConfig> configuration(Path file) {
    try {
      ApplianceConfig config = ApplianceConfig.load(file);
      report.ok("config", config.file() + " is right");
      return Optional.of(config);
    } catch (ConfigException e) {
      report.fail("config", String.valueOf(e.getMessage()), "correct it; the rest needs it");
      return Optional.empty();
    }
  }

  private void examine(ApplianceConfig config) {
    look("policy", () -> PolicyCheck.run(report, config, now));
    look("files", () -> FileCheck.run(report, config));
    look("access", () -> AccessCheck.run(report, config));
    CertificateCheck certificates = new CertificateCheck(report, now);
    look("certificates", () -> certificates.run(config.rest()));
    GrpcConfig grpc = config.grpc();
    if (grpc != null && !grpc.sameTls(config.rest())) {
      look("certificates", () -> certificates.run(grpc));
    }
    RunningServer.Answer server = RunningServer.ask(config.probes());
    look("server", () -> ServerCheck.run(report, config, server));
    look("ledger", () -> new LedgerCheck(report, now).run(config));
    look("token", () -> new TokenCheck(report, environment).run(config, server.running()));
  }

  /** A check that fails in a way nobody thought of is a finding, and the others go on. */
  private void look(String check, Runnable looking) {
    try {
      looking.run();
    } catch (RuntimeException e) {
      report.fail(
          check,
          "could not be looked at: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
          "look at what the message names");
    }
  }
}
