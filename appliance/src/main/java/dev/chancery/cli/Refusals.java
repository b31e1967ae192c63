package dev.chancery.cli;

import dev.chancery.api.client.ChanceryProblem;
import java.io.PrintWriter;

/** A refusal in words. */
final class Refusals {
  private Refusals() {}

  static void print(ChanceryProblem problem, PrintWriter to) {
    to.println("refused: " + problem.control().orElse("HTTP " + problem.status()));
    problem.observed().ifPresent(text -> to.println("  observed:  " + text));
    problem.allowed().ifPresent(text -> to.println("  allowed:   " + text));
    problem.watermark().ifPresent(version -> to.println("  watermark: " + version));
    problem.remedy().ifPresent(text -> to.println("  remedy:    " + text));
    if (problem.observed().isEmpty()) {
      problem.detail().ifPresent(text -> to.println("  " + text));
    }
  }
}
