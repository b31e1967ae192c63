package dev.chancery.cli.demo;

import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import java.io.IOException;

/**
 * Something an intruder tries.
 *
 * @param goal what he wants
 * @param sent what he sends
 * @param expected the id of the control that must refuse it
 */
record Attack(String goal, String sent, String expected, Attempt attempt) {
  /** Does it. */
  @FunctionalInterface
  interface Attempt {
    Verdict make() throws IOException;
  }

  /** Asks for a signature. */
  static Attempt signature(ChanceryClient client, Role route, KeyChoice key, byte[] signed) {
    return () -> {
      try {
        return Verdict.of(client.sign(route, key, signed, null));
      } catch (ChanceryProblem problem) {
        return Verdict.of(problem);
      }
    };
  }
}
