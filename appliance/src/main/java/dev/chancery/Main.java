package dev.chancery;

import dev.chancery.cli.Cli;
import dev.chancery.cli.Parts;
import dev.chancery.cli.Surroundings;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.hsm.NativeEnvironment;
import dev.chancery.hsm.Pin;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.hsm.TokenInitializer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The program {@code chancery}. */
public final class Main {
  private Main() {}

  /** Runs one command line and ends the process with the number of an exit code. */
  public static void main(String[] arguments) {
    Parts parts =
        new Parts(Main::makeToken, ConfiguredLedger::create, NewAuditKey::make, Main::start);
    System.exit(Cli.run(Surroundings.ofProcess(), parts, arguments));
  }

  private static TokenIdentity makeToken(
      Path module, Path softhsmConf, String label, Pin soPin, Pin userPin) {
    NativeEnvironment.set("SOFTHSM2_CONF", softhsmConf.toString());
    return TokenInitializer.init(module, label, soPin, userPin);
  }

  private static Parts.Running start(
      ApplianceConfig config, InstantSource wall, LongSupplier nanoTime, Duration warmUp) {
    return Appliance.start(config, new Clocks(wall, nanoTime), warmUp);
  }
}
