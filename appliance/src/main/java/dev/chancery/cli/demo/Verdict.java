package dev.chancery.cli.demo;

import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.SignedMetadata;

/**
 * What an attack got.
 *
 * @param control the id of the control that refused; {@link #SIGNED} if none did
 */
record Verdict(String control, String observed, String allowed, String remedy) {
  /** The attack succeeded. */
  static final String SIGNED = "SIGNED";

  /** It did not get as far as a request. */
  static final String TLS_ALERT = "TLS ALERT";

  static Verdict of(ChanceryProblem problem) {
    return new Verdict(
        problem.control().orElse("HTTP " + problem.status()),
        problem.observed().orElse(""),
        problem.allowed().orElse(""),
        problem.remedy().orElse(""));
  }

  static Verdict of(SignedMetadata answer) {
    return new Verdict(SIGNED, "a signature for version " + answer.version(), "", "");
  }
}
