package dev.chancery.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Whether a command answers in JSON. */
public final class JsonOption {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  /** Whether it does. */
  public boolean wanted() {
    return json;
  }

  /** Prints {@code answer} as Jackson writes it. */
  public void print(Object answer, PrintWriter out) {
    try {
      out.println(JSON.writeValueAsString(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer has no JSON form", e);
    }
  }
}
