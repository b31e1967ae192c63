package dev.chancery.cli.doctor;

/** Addresses to bind as addresses to call. */
final class Hosts {
  private Hosts() {}

  /** A server that listens everywhere is called on loopback; IPv6 addresses go into brackets. */
  static String forClient(String bound) {
    return switch (bound) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default -> bound.contains(":") ? "[" + bound + "]" : bound;
    };
  }
}
