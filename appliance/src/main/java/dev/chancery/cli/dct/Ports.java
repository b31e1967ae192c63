package dev.chancery.cli.dct;

import dev.chancery.cli.CommandException;
import dev.chancery.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The ports of one service, all on 127.0.0.1. */
record Ports(int server, int registry, int grpc, int rest, int probes) {
  /** What a port is for: the option that names it, and the usual number. */
  enum Use {
    SERVER("--server-port", "notary-server", Stack.SERVER, 4443),
    REGISTRY("--registry-port", "docker-registry", Stack.REGISTRY, 5000),
    GRPC("--grpc-port", "the appliance's gRPC", Stack.APPLIANCE, 7899),
    REST("--rest-port", "the appliance's REST", Stack.APPLIANCE, 8443),
    PROBES("--probes-port", "the appliance's probes", Stack.APPLIANCE, 8081);

    private final String option;
    private final String title;
    private final String part;
    private final int usual;

    Use(String option, String title, String part, int usual) {
      this.option = option;
      this.title = title;
      this.part = part;
      this.usual = usual;
    }

    String option() {
      return option;
    }

    /** The name of the part that listens there. */
    String part() {
      return part;
    }

    int usual() {
      return usual;
    }
  }

  int of(Use use) {
    return switch (use) {
      case SERVER -> server;
      case REGISTRY -> registry;
      case GRPC -> grpc;
      case REST -> rest;
      case PROBES -> probes;
    };
  }

  /**
   * These numbers, with a free port for each 0.
   *
   * @throws IllegalArgumentException if two are the same
   */
  static Ports settle(Map<Use, Integer> wanted) throws IOException {
    Map<Use, Integer> settled = new EnumMap<>(wanted);
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (Use use : Use.values()) {
        if (settled.getOrDefault(use, 0) == 0) {
          // Held until all are known, so that no two get the same.
          ServerSocket socket = new ServerSocket(0, 1, loopback());
          held.add(socket);
          settled.put(use, socket.getLocalPort());
        }
      }
    } finally {
      for (ServerSocket each : held) {
        each.close();
      }
    }
    if (new HashSet<>(settled.values()).size() < Use.values().length) {
      throw new IllegalArgumentException("the five ports must differ: " + settled.values());
    }
    return of(settled);
  }

  private static Ports of(Map<Use, Integer> ports) {
    return new Ports(
        ports.getOrDefault(Use.SERVER, 0),
        ports.getOrDefault(Use.REGISTRY, 0),
        ports.getOrDefault(Use.GRPC, 0),
        ports.getOrDefault(Use.REST, 0),
        ports.getOrDefault(Use.PROBES, 0));
  }

  /**
   * Checks that nobody listens on {@code use}'s port.
   *
   * @throws CommandException if somebody does, with what to do
   */
  void checkFree(Use use) {
    int port = of(use);
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // connections of an earlier run may still linger
      socket.bind(new InetSocketAddress(loopback(), port));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE,
          "port "
              + port
              + " ("
              + use.title
              + ") is taken by another program; 'ss -ltnp sport = :"
              + port
              + "' tells which. Stop that, or make a service on other ports: "
              + use.option
              + " N, or --ports-from 0 for free ones",
          e);
    }
  }

  private static InetAddress loopback() {
    return InetAddress.ofLiteral("127.0.0.1");
  }
}
