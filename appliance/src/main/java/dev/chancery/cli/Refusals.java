package dev.chancery.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
    problem.document().ifPresent(document -> printEach(document.path("refusals"), to));
  }

  /** Of a list: why each entry was refused. */
  private static void printEach(JsonNode refusals, PrintWriter to) {
    for (JsonNode each : refusals) {
      to.println(
          "  key "
              + each.path("keyid").asText()
              + ": "
              + each.path("control").asText()
              + ", observed "
              + each.path("observed").asText()
              + ", allowed "
              + each.path("allowed").asText());
    }
  }
}
