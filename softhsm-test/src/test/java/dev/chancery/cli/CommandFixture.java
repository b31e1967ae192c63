package dev.chancery.cli;

import dev.chancery.Appliance;
import dev.chancery.Clocks;
import dev.chancery.ConfiguredLedger;
import dev.chancery.NewAuditKey;
import dev.chancery.hsm.NativeEnvironment;
import dev.chancery.hsm.TokenInitializer;
import dev.chancery.softhsm.SoftHsm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/**
 * Commands that make tokens and appliances of their own, run in this process. Each run gets a copy
 * of SoftHSM's library: a library reads its configuration once, when it is loaded.
 */
public final class CommandFixture implements AutoCloseable {
  private static final String SOFTHSM_CONF = "SOFTHSM2_CONF";

  private final Path directory;
  private final SoftHsm usual;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /**
   * @param directory for the copies
   * @param usual the token of the other tests in this process; its configuration comes back at the
   *     end
   */
  public CommandFixture(Path directory, SoftHsm usual) {
    this.directory = directory;
    this.usual = usual;
  }

  /** The parts of the program. */
  public static Parts parts() {
    return new Parts(
        (module, conf, label, so, user) -> {
          NativeEnvironment.set(SOFTHSM_CONF, conf.toString());
          return TokenInitializer.init(module, label, so, user);
        },
        ConfiguredLedger::create,
        NewAuditKey::make,
        (config, wall, nanoTime, warmUp) ->
            Appliance.start(config, new Clocks(wall, nanoTime), warmUp));
  }

  /** A library that nobody has loaded yet. */
  public String freshModule() throws IOException {
    Path copy = Files.createTempFile(directory, "softhsm", ".so");
    Files.write(copy, Files.readAllBytes(usual.modulePath()));
    return copy.toString();
  }

  /** Output that is kept, and the machine's own clock. */
  public Surroundings surroundings() {
    return new Surroundings(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Map.of(),
        directory,
        Clock.systemUTC(),
        new SecureRandom());
  }

  /** Runs one command line; its exit code. */
  public int run(String... arguments) {
    return Cli.run(surroundings(), parts(), arguments);
  }

  /**
   * Runs one command line that makes no token.
   *
   * @param directory that relative names start from
   */
  public static CommandRun runOnce(Path directory, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Surroundings surroundings =
        new Surroundings(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of(),
            directory,
            Clock.systemUTC(),
            new SecureRandom());
    int exitCode = Cli.run(surroundings, parts(), arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** What was printed so far. */
  public String out() {
    return out.toString();
  }

  /** What was printed to standard error so far. */
  public String err() {
    return err.toString();
  }

  @Override
  public void close() {
    NativeEnvironment.set(SOFTHSM_CONF, usual.configFile().toString());
  }
}
