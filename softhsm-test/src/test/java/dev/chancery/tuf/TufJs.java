package dev.chancery.tuf;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** tuf-js in a process of its own, which keeps what it trusts from one look to the next. */
final class TufJs implements AutoCloseable {
  private static final Path INSTALLED = Path.of("..", "target", "tuf-js").toAbsolutePath();

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private TufJs(Process process) {
    this.process = process;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts it; skips the test where it is not installed.
   *
   * @param state where it keeps what it trusts
   * @param root the root it trusts at first
   */
  static TufJs start(Path state, Path root, URI repository) throws IOException, URISyntaxException {
    Path node = INSTALLED.resolve("node");
    assumeTrue(
        Files.isExecutable(node),
        "tuf-js is not installed; deploy/scripts/tuf-js target/tuf-js does it, and ./test runs that");
    Files.copy(root, state.resolve("root.json"));
    Path script = state.resolve("follow.mjs");
    try (InputStream text = TufJs.class.getResourceAsStream("follow.mjs")) {
      Files.copy(Objects.requireNonNull(text, "follow.mjs"), script);
    }
    Process process =
        new ProcessBuilder(
                node.toString(),
                script.toString(),
                INSTALLED.resolve("node_modules").toString(),
                state.toString(),
                repository.toString())
            .redirectErrorStream(true)
            .start();
    return new TufJs(process);
  }

  /** The versions it trusts after another look, or {@code refused}. */
  JsonNode look() throws IOException {
    questions.write("look\n");
    questions.flush();
    String answer = answers.readLine();
    assertNotNull(answer, "tuf-js ended");
    return new ObjectMapper().readTree(answer);
  }

  @Override
  public void close() throws IOException {
    questions.write("end\n");
    questions.close();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(late -> process).join();
    process.destroyForcibly();
  }
}
