package dev.chancery.cli.dct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.cli.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static Map<Ports.Use, Integer> all(int port) {
    Map<Ports.Use, Integer> ports = new EnumMap<>(Ports.Use.class);
    for (Ports.Use use : Ports.Use.values()) {
      ports.put(use, port);
    }
    return ports;
  }

  @Test
  void zeroTakesFreePortsThatDiffer() throws IOException {
    Ports settled = Ports.settle(all(0));
    Set<Integer> numbers = new HashSet<>();
    for (Ports.Use use : Ports.Use.values()) {
      settled.checkFree(use);
      numbers.add(settled.of(use));
    }
    assertEquals(5, numbers.size());
  }

  @Test
  void twoPartsCannotShareAPort() {
    Map<Ports.Use, Integer> wanted = all(0);
    wanted.put(Ports.Use.REST, 9);
    wanted.put(Ports.Use.GRPC, 9);
    assertThrows(IllegalArgumentException.class, () -> Ports.settle(wanted));
  }

  @Test
  void aTakenPortIsNamedWithWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Map<Ports.Use, Integer> wanted = all(0);
      wanted.put(Ports.Use.REGISTRY, taken.getLocalPort());
      Ports ports = Ports.settle(wanted);
      ports.checkFree(Ports.Use.SERVER);
      CommandException told =
          assertThrows(CommandException.class, () -> ports.checkFree(Ports.Use.REGISTRY));
      String message = String.valueOf(told.getMessage());
      assertTrue(
          message.startsWith("port " + taken.getLocalPort() + " (docker-registry) is taken"),
          message);
      assertTrue(message.contains("--registry-port N"), message);
    }
  }
}
