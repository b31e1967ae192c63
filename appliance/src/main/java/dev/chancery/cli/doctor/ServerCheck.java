package dev.chancery.cli.doctor;

import dev.chancery.config.ApplianceConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Whether the server runs; how it says it is; or whether its ports are free. */
final class ServerCheck {
  private ServerCheck() {}

  static void run(Report report, ApplianceConfig config, RunningServer.Answer server) {
    if (!server.running()) {
      report.ok("server", "does not run");
      port(report, "rest.port", config.rest().host(), config.rest().port());
      if (config.grpc() != null) {
        port(report, "grpc.port", config.grpc().host(), config.grpc().port());
      }
      port(report, "probes.port", config.probes().host(), config.probes().port());
      return;
    }
    report.ok("server", "runs; probes on port " + config.probes().port());
    for (RunningServer.Component component : server.components()) {
      if (component.ok()) {
        report.ok("server", component.name() + ": " + component.detail());
      } else {
        report.fail("server", component.name() + ": " + component.detail(), remedy(component));
      }
    }
  }

  private static String remedy(RunningServer.Component component) {
    return switch (component.name()) {
      case "clock" ->
          "set the clock right and restart, or run 'chancery clock confirm' if it is right";
      case "ledger" -> "nothing is signed; look at the disk, then restart the server";
      case "token" ->
          "nothing is signed; look at the token, then restart the server if it stays so";
      case "warm-up" -> "wait some seconds and ask again";
      default -> "look at the server's log";
    };
  }

  private static void port(Report report, String setting, String host, int port) {
    if (port == 0) {
      report.ok("server", setting + " is 0: a free port is taken at each start");
      return;
    }
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      report.ok("server", setting + ": " + host + ":" + socket.getLocalPort() + " is free");
    } catch (IOException e) {
      report.fail(
          "server",
          setting + ": " + host + ":" + port + " cannot be listened on: " + e.getMessage(),
          "stop what listens there ('ss -ltnp'), or set another " + setting);
    }
  }
}
