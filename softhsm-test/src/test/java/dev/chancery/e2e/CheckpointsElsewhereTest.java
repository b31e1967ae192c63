package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Sha256;
import dev.chancery.api.client.CheckpointInfo;
import dev.chancery.audit.CompactRange;
import dev.chancery.cli.Cli;
import dev.chancery.cli.CommandFixture;
import dev.chancery.cli.Surroundings;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import dev.chancery.torture.Control;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in the hands of others: auditors, other programs, and places that keep them. */
@ChanceryServer
@Timeout(120)
class CheckpointsElsewhereTest {
  private static final Path NOTE_LIBRARY =
      Path.of("/usr/share/gocode/src/golang.org/x/mod/sumdb/note/note.go");

  @TempDir Path directory;

  private final Chancery chancery;
  private final HttpClient http = HttpClient.newHttpClient();

  CheckpointsElsewhereTest(Chancery chancery) {
    this.chancery = chancery;
  }

  private String run(int expected, String... arguments) {
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
    assertEquals(
        expected, Cli.run(surroundings, CommandFixture.parts(), arguments), err.toString());
    return out.toString();
  }

  private String home() {
    return chancery.directory().toString();
  }

  @Test
  void anAuditorKeepsACheckpointAndTheKeyOfTheInitAndVerifiesLater() throws Exception {
    String server = chancery.restUri().toString();
    run(0, "audit", "checkpoint", "--dir", home(), "--server", server, "--out", "kept.txt");
    run(73, "audit", "checkpoint", "--dir", home(), "--server", server, "--out", "kept.txt");
    String newest = run(0, "audit", "checkpoint", "--newest", "--dir", home(), "--server", server);
    assertEquals(Files.readString(directory.resolve("kept.txt")), newest);
    Path key = chancery.directory().resolve("audit.vkey");
    assertEquals(Files.readString(key), run(0, "audit", "key", home()));
    Files.writeString(directory.resolve("key.pem"), run(0, "audit", "key", "--pem", home()));
    chancery.operator().confirmClock(); // a row
    chancery.operator().makeCheckpoint();
    run(0, "audit", "export", "--out", "rows.jsonl", home());
    for (String each : List.of(key.toString(), "key.pem")) {
      run(0, "audit", "verify", "--key", each, "--checkpoint", "kept.txt", "rows.jsonl");
    }
    String another =
        Files.readString(directory.resolve("kept.txt")).replaceFirst("(?m)^epoch .*$", "epoch 77");
    Files.writeString(directory.resolve("another.txt"), another);
    run(1, "audit", "verify", "--key", key.toString(), "--checkpoint", "another.txt", "rows.jsonl");
  }

  /** The rows, read page by page over REST, hash to what the checkpoint states. */
  @Test
  void theRowsOfEachPageHaveTheHashesThatWereSigned() throws Exception {
    chancery.operator().confirmClock();
    CheckpointInfo checkpoint = chancery.operator().makeCheckpoint();
    Rest operator = new Rest(chancery, new TestTls(chancery).of("operator"));
    List<String> rows = new ArrayList<>();
    long before = checkpoint.treeSize();
    while (before > 0) {
      JsonNode page =
          Vectors.json(
              operator
                  .exchange("GET", "/v1/audit?limit=2&before=" + before, null)
                  .body()
                  .getBytes(UTF_8));
      List<String> read = new ArrayList<>();
      page.get("rows").forEach(row -> read.add(row.toString()));
      rows.addAll(0, read);
      before = page.path("before").asLong(0);
    }
    assertEquals(checkpoint.treeSize(), rows.size());
    CompactRange range = new CompactRange();
    for (String row : rows) {
      range.append(Sha256.fromHex(LedgerRows.hash(row.getBytes(UTF_8))));
    }
    assertEquals(checkpoint.rootHash(), range.root().hex());
  }

  @Test
  void theNoteLibraryOfGoReadsItAndTellsAForgedOne() throws Exception {
    Path go = Path.of("/usr/bin/go");
    assumeTrue(Files.isExecutable(go), "no Go here: apt-get install golang-go");
    assumeTrue(
        Files.exists(NOTE_LIBRARY),
        "no golang.org/x/mod here: apt-get install golang-golang-x-mod-dev");
    Path program = directory.resolve("notecheck");
    Path source = directory.resolve("notecheck.go");
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("notecheck.go"))) {
      Files.copy(in, source);
    }
    Run built =
        run(
            List.of(go.toString(), "build", "-o", program.toString(), source.toString()),
            "",
            Map.of(
                "GO111MODULE", "off",
                "GOPATH", "/usr/share/gocode",
                "GOCACHE", directory.resolve("go-cache").toString()));
    assertEquals(0, built.code(), built.output());
    CheckpointInfo made = chancery.operator().makeCheckpoint();
    String key = run(0, "audit", "key", home()).strip();
    Run good = run(List.of(program.toString(), key), made.note(), Map.of());
    assertEquals(0, good.code(), good.output());
    assertEquals(made.note().substring(0, made.note().indexOf("\n\n") + 1), good.output());
    assertTrue(good.output().contains("\n" + made.treeSize() + "\n"), good.output());
    String forged = made.note().replace("\nepoch ", "\nepoch 1");
    Run bad = run(List.of(program.toString(), key), forged, Map.of());
    assertNotEquals(0, bad.code());
    assertTrue(bad.output().contains("invalid signature"), bad.output());
  }

  private record Run(int code, String output) {}

  private static Run run(List<String> command, String input, Map<String, String> environment)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Run(process.exitValue(), output);
  }

  @Test
  void placesElsewhereGetEachOneAndWhatTheyDoNotTakeStopsNothing() throws Exception {
    Path place = Files.createDirectory(directory.resolve("place"));
    Path config = chancery.directory().resolve("chancery.yaml");
    String usual = Files.readString(config);
    chancery.restart(
        () ->
            write(
                config,
                usual
                    + """
                    checkpoints:
                      push:
                        directory: %s
                        http: {url: "http://127.0.0.1:1/nobody"}
                    """
                        .formatted(place)));
    CheckpointInfo made = chancery.operator().makeCheckpoint();
    Control.await(
        () -> names(place).stream().anyMatch(name -> name.endsWith(size(made))),
        () -> "the directory got nothing");
    String last = names(place).getLast();
    assertEquals(made.note(), Files.readString(place.resolve(last)));
    String metrics = get("/metrics");
    assertTrue(
        metrics.contains(
            "chancery_checkpoint_push_size_rows{target=\"directory\"} " + made.treeSize() + ".0"),
        metrics);
    assertTrue(
        metrics.contains("chancery_checkpoint_push_size_rows{target=\"http\"} 0.0"), metrics);
    assertTrue(
        metrics.contains("chancery_checkpoint_size_rows " + made.treeSize() + ".0"), metrics);
    assertTrue(metrics.contains("chancery_ledger_bound 1.0"), metrics);
    Control.await(
        () -> get("/readyz").contains("push-http"), () -> "readiness does not tell of it");
    assertTrue(get("/readyz").startsWith("{\"ok\":true"), get("/readyz"));
    chancery.restart(() -> write(config, usual));
    assertTrue(names(place).getLast().compareTo(last) > 0, "that of the end came too");
  }

  private static String size(CheckpointInfo made) {
    return "-%012d.txt".formatted(made.treeSize());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path place) {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String get(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(chancery.probesUri().resolve(path)).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
