package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a real notary-server asked its signer, in order. Since the keys here are others, a snapshot
 * gets another signature and its file other hashes: a timestamp that named the recorded file names
 * the one made here, as notary-server would have done.
 */
final class RecordedTraffic {
  private final Path directory;
  private final Map<String, ServedSnapshot> recordedByHash = new HashMap<>();
  private final Map<String, ServedSnapshot> madeByRecordedHash = new HashMap<>();

  RecordedTraffic(Path directory) {
    this.directory = directory;
  }

  /**
   * One Sign call.
   *
   * @param recordedKey the key's id at the recording; another id is another key here too
   */
  record Request(
      String name,
      Instant time,
      RepositoryName repository,
      Role role,
      String recordedKey,
      int version,
      String signature) {}

  List<Request> requests() {
    return Vectors.jsonLines(directory.resolve("INDEX.jsonl")).stream()
        .map(RecordedTraffic::request)
        .toList();
  }

  private static Request request(JsonNode line) {
    byte[] signature = HexFormat.of().parseHex(line.get("signature").asText());
    return new Request(
        line.get("file").asText(),
        Instant.parse(line.get("time").asText()),
        new RepositoryName(line.get("gun").asText()),
        Role.of(line.get("key_role").asText()),
        line.get("keyID").asText(),
        line.get("version").asInt(),
        Base64.getEncoder().encodeToString(signature));
  }

  /** The bytes to be signed, in the words of this run. */
  byte[] signed(Request request) {
    byte[] recorded = Vectors.bytes(directory.resolve(request.name()));
    ServedSnapshot named = namedSnapshot(request);
    if (named == null) {
      return recorded;
    }
    ServedSnapshot was = recordedByHash.get(recordedHash(recorded));
    if (was == null) {
      throw new IllegalStateException("a snapshot of this run without one of the recording");
    }
    String text = new String(recorded, UTF_8);
    if (!text.contains(was.meta())) {
      throw new IllegalStateException(request.name() + " names the snapshot in another form");
    }
    return text.replace(was.meta(), named.meta()).getBytes(UTF_8);
  }

  /** The snapshot file of this run that a timestamp names, or null if it is a foreign one. */
  @Nullable ServedSnapshot namedSnapshot(Request request) {
    return request.role() == Role.TIMESTAMP
        ? madeByRecordedHash.get(recordedHash(Vectors.bytes(directory.resolve(request.name()))))
        : null;
  }

  /** Remembers which file became of a recorded snapshot. */
  void made(Request request, ServedSnapshot made) {
    ServedSnapshot recorded =
        ServedSnapshot.of(
            Vectors.bytes(directory.resolve(request.name())),
            request.recordedKey(),
            "ecdsa",
            request.signature());
    recordedByHash.put(recorded.sha256(), recorded);
    madeByRecordedHash.put(recorded.sha256(), made);
  }

  private static String recordedHash(byte[] timestamp) {
    return Vectors.json(timestamp).at("/meta/snapshot/hashes/sha256").asText();
  }
}
