package dev.chancery.cli;

import dev.chancery.ConfiguredLedger;
import dev.chancery.cli.init.TokenMaker;
import dev.chancery.hsm.TokenIdentity;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** Runs command lines in this process, without a token. */
final class CommandLineFixture {
  private static final TokenMaker NO_TOKEN =
      (module, conf, label, so, user) -> new TokenIdentity(label, "0123456789abcdef");

  private final Path directory;
  private final Map<String, String> environment;
  private Instant now = Instant.now();
  private Parts.Starter starter =
      (config, wall, nanoTime, warmUp) -> {
        throw new IllegalStateException("cannot listen on 127.0.0.1:1");
      };

  /** How a command ended and what it printed. */
  record Ended(int code, String out, String err) {}

  CommandLineFixture(Path directory) {
    this(directory, Map.of());
  }

  CommandLineFixture(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  void at(Instant instant) {
    now = instant;
  }

  void starter(Parts.Starter other) {
    starter = other;
  }

  Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Cli.run(surroundings(out, err), parts(), arguments);
    return new Ended(code, out.toString(), err.toString());
  }

  Parts parts() {
    return new Parts(NO_TOKEN, ConfiguredLedger::create, (token, ledger, now) -> "vkey", starter);
  }

  Surroundings surroundings(StringWriter out, StringWriter err) {
    return new Surroundings(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        environment,
        directory,
        InstantSource.fixed(now),
        new SecureRandom());
  }
}
