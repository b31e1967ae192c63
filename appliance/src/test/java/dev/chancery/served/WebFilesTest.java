package dev.chancery.served;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chancery.api.RepositoryName;
import dev.chancery.served.ServedException.Kind;
import dev.chancery.served.ServedFiles.Document;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that does not mean well gets no more than one question, and is believed nothing. */
class WebFilesTest {
  private static final RepositoryName APP = new RepositoryName("registry.example/żółw/a b");

  private final List<String> asked = new ArrayList<>();
  private final List<String> pages = new ArrayList<>();
  private int status = 200;
  private long length = 1;
  private HttpServer server = start();

  private static HttpServer start() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void serve() {
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestURI().toASCIIString()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization"));
    exchange.getResponseHeaders().add("Location", "/elsewhere");
    exchange.sendResponseHeaders(status, 0);
    String content = pages.isEmpty() ? "abc" : pages.removeFirst();
    try (OutputStream body = exchange.getResponseBody()) {
      for (long sent = 0; sent < length; sent += content.length()) {
        body.write(content.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      asked.add("broken off");
    }
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private NotaryFiles notary() {
    return NotaryFiles.open(uri(), null, "Bearer token");
  }

  @Test
  void aFileIsAskedForAsNotarysClientsDo() {
    try (NotaryFiles files = notary()) {
      byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
      assertArrayEquals(abc, files.current(APP, Document.TIMESTAMP).orElseThrow());
      assertArrayEquals(abc, files.version(APP, Document.SNAPSHOT, 7).orElseThrow());
    }
    String gun = "/v2/registry.example/%C5%BC%C3%B3%C5%82w/a%20b/_trust/tuf/";
    assertEquals(
        List.of(gun + "timestamp.json Bearer token", gun + "7.snapshot.json Bearer token"), asked);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "401, 'asks for a login (401)'",
    "302, 'points elsewhere (302), not followed'",
    "308, 'points elsewhere (308), not followed'",
    "500, 'answered 500'"
  })
  void whatIsNoFileIsToldInWords(int answered, String told) {
    status = answered;
    try (NotaryFiles files = notary()) {
      var failed = assertThrows(ServedException.class, () -> files.current(APP, Document.ROOT));
      assertTrue(String.valueOf(failed.getMessage()).contains(told), failed::toString);
      assertEquals(Kind.ANSWER, failed.kind());
    }
    assertEquals(1, asked.size(), "nothing else is asked, here or elsewhere");
  }

  @Test
  void theFeedOfChangesTellsWhichRepositoriesThereAre() {
    pages.add(
        """
        {"count":3,"records":[{"ID":"4","GUN":"a","Category":"update"},
         {"ID":"5","GUN":"b","Category":"update"},{"ID":"9","GUN":"a","Category":"deletion"}]}""");
    pages.add("{\"count\":0,\"records\":[]}");
    try (NotaryFiles files = notary()) {
      assertEquals(Optional.of(Set.of("b")), files.repositories());
    }
    assertEquals(
        List.of("0", "9"),
        asked.stream().map(each -> each.replaceFirst(".*change_id=(\\d+) .*", "$1")).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "abc", "{\"records\":[{\"GUN\":\"a\",\"ID\":7,\"Category\":\"update\"}]}"})
  void aFeedThatIsNoneIsTold(String page) {
    pages.add(page);
    try (NotaryFiles files = notary()) {
      var failed = assertThrows(ServedException.class, files::repositories);
      assertEquals(Kind.ANSWER, failed.kind());
    }
  }

  @Test
  void noFileIsNone() {
    status = 404;
    try (NotaryFiles files = notary()) {
      assertEquals(Optional.empty(), files.current(APP, Document.ROOT));
    }
  }

  @Test
  void aFileWithoutEndIsBrokenOff() {
    length = Long.MAX_VALUE;
    try (NotaryFiles files = notary()) {
      var failed = assertThrows(ServedException.class, () -> files.current(APP, Document.ROOT));
      assertTrue(String.valueOf(failed.getMessage()).contains("more than"), failed::toString);
      assertEquals(Kind.ANSWER, failed.kind());
    }
  }

  @Test
  void nobodyThereIsAway() {
    server.stop(0);
    try (NotaryFiles files = notary()) {
      var failed = assertThrows(ServedException.class, () -> files.current(APP, Document.ROOT));
      assertEquals(Kind.AWAY, failed.kind(), failed::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "ftp://localhost",
        "https:/x",
        "localhost:4443",
        "https://localhost:4443"
      })
  void plainHttpIsForThisMachineAloneAndHttpsNeedsAnAuthority(String address) {
    var failed =
        assertThrows(
            ServedException.class, () -> NotaryFiles.open(URI.create(address), null, null));
    assertEquals(Kind.INPUT, failed.kind());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metadata", "/metadata/"})
  void filesOfATufRepositoryLieBesideEachOther(String path) {
    try (TufFiles files = TufFiles.at(uri().resolve(path), null, null)) {
      assertTrue(files.current(APP, Document.TIMESTAMP).isPresent());
    }
    assertEquals(List.of("/metadata/timestamp.json null"), asked);
  }
}
