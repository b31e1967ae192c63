package dev.chancery.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code chancery.yaml}; the order here is the order of docs/configuration.md. */
final class ConfigReader {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String SOFTHSM2_CONF = "SOFTHSM2_CONF";
  private static final Kind<String> NAME = Kind.text(255);
  private static final Kind<Duration> WAIT =
      Kind.duration(Duration.ofSeconds(1), Duration.ofMinutes(10));
  private static final Kind<Long> PORT = Kind.number(0, 65_535);

  private final Section root;
  private final Kind<Path> path;

  private ConfigReader(Section root) {
    this.root = root;
    this.path = Kind.path(root.file().directory());
  }

  static ApplianceConfig read(Path file) {
    return new ConfigReader(
            YamlFile.read(
                file,
                "token",
                "ledger",
                "rest",
                "grpc",
                "upstream",
                "probes",
                "access",
                "policy",
                "checkpoints",
                "backup"))
        .appliance(file);
  }

  private ApplianceConfig appliance(Path file) {
    TokenConfig token = token();
    return new ApplianceConfig(
        file.toAbsolutePath().normalize(),
        token,
        ledger(),
        rest(),
        grpc(),
        upstream(),
        probes(),
        root.required("access", path),
        policy(token.label()),
        new CheckpointsReader(
                root.sectionOrEmpty("checkpoints", "rows", "interval", "lastSeen", "push"), path)
            .read(),
        backup());
  }

  private TokenConfig token() {
    Section token =
        root.section(
            "token", "module", "label", "serial", "pin", "environment", "sessions", "deadline");
    return new TokenConfig(
        token.required("module", path),
        token.required("label", Kind.text(32)),
        token.required("serial", Kind.text(16)),
        pin(token),
        environment(token),
        token.optional("sessions", Kind.number(1, 256), 4L).intValue(),
        token.optional(
            "deadline",
            Kind.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(5)));
  }

  private PinConfig pin(Section token) {
    String choice = "prompt, or one of the settings file, credential";
    if (!token.has("pin")) {
      throw token.problem("pin", "missing; must be " + choice);
    }
    if (token.isScalar("pin")) {
      PinConfig prompt = new PinConfig.Prompt();
      return token.required("pin", Kind.oneOf(choice, Map.of("prompt", prompt)));
    }
    Section pin = token.section("pin", "file", "credential");
    if (pin.has("file") == pin.has("credential")) {
      throw token.problem("pin", "must be exactly one of: " + choice);
    }
    return pin.has("file")
        ? new PinConfig.PinFile(pin.required("file", path))
        : new PinConfig.Credential(pin.required("credential", NAME));
  }

  private Map<String, String> environment(Section token) {
    Section environment = token.sectionOrEmpty("environment", SOFTHSM2_CONF);
    return environment.has(SOFTHSM2_CONF)
        ? Map.of(SOFTHSM2_CONF, environment.required(SOFTHSM2_CONF, path).toString())
        : Map.of();
  }

  private LedgerConfig ledger() {
    Section ledger = root.section("ledger", "sqlite", "postgresql");
    if (ledger.has("sqlite") == ledger.has("postgresql")) {
      throw root.problem("ledger", "must hold exactly one of: sqlite, postgresql");
    }
    return ledger.has("sqlite")
        ? new LedgerConfig.Sqlite(ledger.required("sqlite", path))
        : new PostgresqlReader(
                ledger.section("postgresql", "url", "user", "passwordFile", "tls"), path)
            .read();
  }

  private RestConfig rest() {
    Section rest = root.section("rest", "host", "port", "certificate", "key", "clientCa", "limits");
    return new RestConfig(
        rest.optional("host", NAME, LOOPBACK),
        rest.optional("port", PORT, 8443L).intValue(),
        rest.required("certificate", path),
        rest.required("key", path),
        rest.required("clientCa", path),
        limits(rest));
  }

  private static RestConfig.Limits limits(Section rest) {
    Section limits =
        rest.sectionOrEmpty(
            "limits",
            "bodyBytes",
            "headerBytes",
            "connections",
            "idle",
            "request",
            "drain",
            "threads");
    return new RestConfig.Limits(
        limits.optional("bodyBytes", Kind.number(16_384, 67_108_864), 3_145_728L).intValue(),
        limits.optional("headerBytes", Kind.number(2_048, 65_536), 8_192L).intValue(),
        limits.optional("connections", Kind.number(1, 65_536), 512L).intValue(),
        limits.optional("idle", WAIT, Duration.ofSeconds(60)),
        limits.optional("request", WAIT, Duration.ofSeconds(20)),
        limits.optional("drain", WAIT, Duration.ofSeconds(15)),
        limits.optional("threads", Kind.number(6, 1_024), 16L).intValue());
  }

  // Only notary-server needs it, so it is there only where it is asked for.
  private @Nullable GrpcConfig grpc() {
    if (!root.has("grpc")) {
      return null;
    }
    Section grpc = root.section("grpc", "host", "port", "certificate", "key", "clientCa", "limits");
    Section limits = grpc.sectionOrEmpty("limits", "calls", "request", "drain");
    return new GrpcConfig(
        grpc.optional("host", NAME, LOOPBACK),
        grpc.optional("port", PORT, 7899L).intValue(),
        grpc.required("certificate", path),
        grpc.required("key", path),
        grpc.required("clientCa", path),
        new GrpcConfig.Limits(
            limits.optional("calls", Kind.number(1, 65_536), 1_024L).intValue(),
            limits.optional("request", WAIT, Duration.ofSeconds(20)),
            limits.optional("drain", WAIT, Duration.ofSeconds(15))));
  }

  private @Nullable UpstreamConfig upstream() {
    if (!root.has("upstream")) {
      return null;
    }
    Section upstream =
        root.section("upstream", "host", "port", "ca", "certificate", "key", "deadline");
    return new UpstreamConfig(
        upstream.required("host", NAME),
        upstream.optional("port", Kind.number(1, 65_535), 7899L).intValue(),
        upstream.required("ca", path),
        upstream.required("certificate", path),
        upstream.required("key", path),
        upstream.optional(
            "deadline",
            Kind.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            Duration.ofSeconds(5)));
  }

  private ProbesConfig probes() {
    Section probes = root.sectionOrEmpty("probes", "host", "port");
    return new ProbesConfig(
        probes.optional("host", NAME, LOOPBACK), probes.optional("port", PORT, 8081L).intValue());
  }

  private BackupConfig backup() {
    return new BackupConfig(root.sectionOrEmpty("backup", "recipients").list("recipients", path));
  }

  private PolicyConfig policy(String tokenLabel) {
    return new PolicyReader(
            root.sectionOrEmpty(
                "policy",
                "profile",
                "timestamp",
                "snapshot",
                "expirySlack",
                "maxFirstJump",
                "maxJump",
                "restoreJump",
                "clockSkew",
                "legacySha256Only",
                "shadow",
                "tuf",
                "maxNames",
                "budgets",
                "quotas"))
        .policy(tokenLabel);
  }
}
