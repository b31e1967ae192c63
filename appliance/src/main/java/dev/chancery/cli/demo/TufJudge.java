package dev.chancery.cli.demo;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;

/** tuf-js, a client that others made, follows a repository from its first root. */
final class TufJudge {
  private final Path installed;

  /**
   * @param installed where {@code deploy/scripts/tuf-js} put it
   */
  TufJudge(Path installed) {
    this.installed = installed;
  }

  /**
   * What it says: the versions of root, timestamp, snapshot and targets, or why it refused; empty
   * where it is not installed.
   */
  Optional<String> verdict(Path repository) throws IOException {
    Path node = installed.resolve("node");
    if (!Files.isExecutable(node)) {
      return Optional.empty();
    }
    Path state = Files.createDirectories(repository.resolveSibling("tuf-js"));
    Files.copy(
        repository.resolve("1.root.json"),
        state.resolve("root.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Path script = state.resolve("judge.mjs");
    try (InputStream text = TufJudge.class.getResourceAsStream("judge.mjs")) {
      Files.copy(Objects.requireNonNull(text), script, StandardCopyOption.REPLACE_EXISTING);
    }
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server =
        SimpleFileServer.createFileServer(anyPort, repository.toRealPath(), OutputLevel.NONE);
    server.start();
    try {
      Process process =
          new ProcessBuilder(
                  node.toString(),
                  script.toString(),
                  installed.resolve("node_modules").toAbsolutePath().toString(),
                  state.toString(),
                  "http://localhost:" + server.getAddress().getPort())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return Optional.of(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    } finally {
      server.stop(0);
    }
  }
}
