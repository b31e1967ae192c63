package dev.chancery.cli.init;

import dev.chancery.config.LedgerConfig;
import dev.chancery.hsm.TokenIdentity;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The text files of a new appliance. */
final class Templates {
  private Templates() {}

  static String chancery(
      NewAppliance.Plan plan, TokenIdentity token, String softhsmConf, String ledger) {
    return """
        # Chancery, one node. docs/configuration.md tells every setting; relative paths start here.
        # "chancery doctor" checks what this file names; "chancery serve" starts it.

        token:
          module: %s
          label: %s
          serial: %s
          pin: {file: pins/user.pin}
          environment: {SOFTHSM2_CONF: %s}

        ledger:
        %s
        rest:
          host: 127.0.0.1
          port: %d
          certificate: tls/server.crt
          key: tls/server.key
          clientCa: tls/ca.crt

        grpc:
          host: 127.0.0.1
          port: %d
          certificate: tls/server.crt
          key: tls/server.key
          clientCa: tls/ca.crt

        probes:
          host: 127.0.0.1
          port: %d

        access: access.yaml

        policy:
          profile: %s
        """
        .formatted(
            quoted(plan.module().toString()),
            quoted(token.label()),
            quoted(token.serial()),
            softhsmConf,
            ledger(plan, ledger),
            plan.restPort(),
            plan.grpcPort(),
            plan.probesPort(),
            plan.profile().name().toLowerCase(Locale.ROOT));
  }

  private static String ledger(NewAppliance.Plan plan, String file) {
    LedgerConfig.Postgresql database = plan.database();
    if (database == null) {
      return "  sqlite: " + file + "\n";
    }
    StringBuilder lines = new StringBuilder("  postgresql:\n");
    setting(lines, "url", database.url());
    setting(lines, "user", database.user());
    setting(lines, "passwordFile", database.passwordFile());
    LedgerConfig.Tls tls = database.tls();
    if (tls != null) {
      lines.append("    tls:\n");
      setting(lines.append("  "), "ca", tls.ca());
    }
    return lines.toString();
  }

  private static void setting(StringBuilder lines, String name, @Nullable Object value) {
    if (value != null) {
      lines.append("    ").append(name).append(": ").append(quoted(value.toString())).append('\n');
    }
  }

  static String access() {
    return """
        # Who may do what; whoever is not named here may do nothing. docs/configuration.md.

        - subject: "CN=%s"
          roles: [trust-server]
          repositories: ["**"]

        - subject: "CN=%s"
          roles: [operator]
          repositories: ["**"]
        """
        .formatted(NewAppliance.TRUST_SERVER, NewAppliance.OPERATOR);
  }

  static String softhsm(Path objects) {
    return """
        directories.tokendir = %s
        objectstore.backend = file
        objectstore.umask = 0077
        log.level = ERROR
        slots.removable = false
        """
        .formatted(objects);
  }

  /** A double-quoted YAML scalar. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
