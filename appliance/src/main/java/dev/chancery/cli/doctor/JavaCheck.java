package dev.chancery.cli.doctor;

/** The Java runtime: its version, and that it may call native libraries. */
final class JavaCheck {
  private static final int OLDEST = 25;

  private JavaCheck() {}

  static void run(Report report) {
    Runtime.Version version = Runtime.version();
    if (version.feature() < OLDEST) {
      report.fail("java", "Java " + version, "run it with Java " + OLDEST + " or newer");
      return;
    }
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!JavaCheck.class.getModule().isNativeAccessEnabled()) {
      report.warn(
          "java",
          "Java " + version + ", " + machine + ", native access not granted",
          "start Java with --enable-native-access=ALL-UNNAMED, as bin/chancery does");
      return;
    }
    report.ok("java", "Java " + version + ", " + machine + ", native access granted");
  }
}
