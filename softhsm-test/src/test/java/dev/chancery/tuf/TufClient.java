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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A client that others made in a process of its own, which keeps what it trusts from one look to
 * the next.
 */
final class TufClient implements AutoCloseable {
  private static final Path TUF_JS = Path.of("..", "target", "tuf-js").toAbsolutePath();
  private static final Path SIGSTORE = Path.of("..", "target", "sigstore-java").toAbsolutePath();

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private TufClient(Process process) {
    this.process = process;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts tuf-js; skips the test where it is not installed.
   *
   * @param state where it keeps what it trusts
   * @param root the root it trusts at first
   */
  static TufClient tufJs(Path state, Path root, URI repository) throws IOException {
    Path node = TUF_JS.resolve("node");
    assumeTrue(
        Files.isExecutable(node),
        "tuf-js is not installed; deploy/scripts/tuf-js target/tuf-js does it, and ./test runs that");
    Path script = script(state, root, "follow.mjs");
    return start(
        node.toString(),
        script.toString(),
        TUF_JS.resolve("node_modules").toString(),
        state.toString(),
        repository.toString());
  }

  /** Starts the client in sigstore-java; as {@link #tufJs}. */
  static TufClient sigstoreJava(Path state, Path root, URI repository) throws IOException {
    Path jars = SIGSTORE.resolve("lib");
    assumeTrue(
        Files.isDirectory(jars),
        "sigstore-java is not installed; deploy/scripts/sigstore-java target/sigstore-java does it,"
            + " and ./test runs that");
    Path script = script(state, root, "Follow.java");
    return start(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        jars.resolve("*").toString(),
        script.toString(),
        state.toString(),
        repository.toString());
  }

  private static Path script(Path state, Path root, String name) throws IOException {
    Files.copy(root, state.resolve("root.json"));
    Path script = state.resolve(name);
    try (InputStream text = TufClient.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(text, name), script);
    }
    return script;
  }

  private static TufClient start(String... command) throws IOException {
    return new TufClient(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** The versions it trusts after another look, or {@code refused}. */
  JsonNode look() throws IOException {
    questions.write("look\n");
    questions.flush();
    String answer = answers.readLine();
    assertNotNull(answer, "the client ended");
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
