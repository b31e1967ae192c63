package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.policy.PolicySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three racing notary-servers in hostile scenarios: every request they really made, through parser,
 * policy and ledger, with the clock of the recording. What an honest server asks for is signed.
 */
class NotaryRacesTest {
  private static final Path RACES =
      Path.of(System.getProperty("chancery.vectors", "../../shared/vectors"), "notary-races");
  // Versions beyond 32 bits: the reference has no rules of form, here they come first (ADR-0007).
  private static final Map<Long, String> DECIDED_BY_FORM =
      Map.of(2114L, "VERSION_JUMP", 2119L, "FIRST_VERSION_TOO_HIGH");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void judgesEveryRecordedRequestAsTheReferenceDoes() throws IOException {
    assumeTrue(Files.isDirectory(RACES), "the large vectors are not at " + RACES);
    List<JsonNode> calls = lines("calls.jsonl");
    Map<Long, String> expected = new HashMap<>();
    for (JsonNode line : lines("verdicts.jsonl")) {
      expected.put(line.get("seq").asLong(), line.get("verdict").asText());
    }
    Map<Long, String> actual = new HashMap<>();
    try (SigningBench bench = bench(calls)) {
      for (JsonNode call : calls) {
        replay(bench, call, actual);
      }
    }
    assertEquals(1099, actual.size());
    DECIDED_BY_FORM.forEach(
        (seq, verdict) -> {
          assertEquals(verdict, expected.put(seq, "MALFORMED"));
        });
    assertEquals(List.of(), differences(expected, actual));
  }

  private SigningBench bench(List<JsonNode> calls) {
    Instant start =
        calls.stream()
            .filter(call -> call.has("time"))
            .map(call -> Instant.parse(call.get("time").asText()))
            .findFirst()
            .orElseThrow();
    return new SigningBench(
        directory.resolve("ledger.db"), start, PolicySettings.NOTARY, new FakeToken());
  }

  private static void replay(SigningBench bench, JsonNode call, Map<Long, String> verdicts) {
    if (call.has("marker") || !call.get("status").asText().equals("OK")) {
      return;
    }
    bench.clock.set(Instant.parse(call.get("time").asText()));
    if (call.get("method").asText().equals("CreateKey")) {
      if (call.hasNonNull(
          "publicKey")) { // notary-signer answers OK without one while its database is away
        bench.recordedKey(
            new RepositoryName(call.get("gun").asText()),
            Role.of(call.get("role").asText()),
            bytes(call, "publicKey"));
      }
      return;
    }
    byte[] content = bytes(call, "content");
    bench.token.addSignature(content, bytes(call, "signature"));
    KeyRecord key =
        bench
            .registry
            .find(new dev.chancery.api.KeyId(call.get("keyID").asText()))
            .orElseThrow()
            .record();
    verdicts.put(call.get("seq").asLong(), SigningBench.verdict(bench.sign(key, content)));
  }

  private static List<String> differences(Map<Long, String> expected, Map<Long, String> actual) {
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (seq, verdict) -> {
          if (!verdict.equals(actual.get(seq))) {
            differences.add(seq + ": expected " + verdict + ", was " + actual.get(seq));
          }
        });
    return differences;
  }

  private static byte[] bytes(JsonNode call, String field) {
    return Base64.getDecoder().decode(call.get(field).asText());
  }

  private static List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(RACES.resolve(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
