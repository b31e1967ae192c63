package dev.chancery.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a notary-server once asked its signer for, in order, of one repository. */
record Recording(RepositoryName repository, List<Request> requests) {
  private static final String PLACE = "/dev/chancery/demo/";

  Recording {
    requests = List.copyOf(requests);
  }

  /**
   * One request.
   *
   * @param step what somebody had typed
   * @param signed the exact bytes of the {@code signed} object; nobody changes them
   */
  @SuppressWarnings("ArrayRecordComponent") // read once from the jar; nobody compares two
  record Request(Instant time, Role role, int version, String step, byte[] signed) {}

  /** The recording in the jar. */
  static Recording load() throws IOException {
    JsonNode index = new ObjectMapper().readTree(bytes("recording.json"));
    List<Request> requests = new ArrayList<>();
    for (JsonNode each : index.path("requests")) {
      requests.add(
          new Request(
              Instant.parse(each.path("time").asText()),
              Role.of(each.path("role").asText()),
              each.path("version").asInt(),
              each.path("step").asText(),
              bytes(each.path("file").asText())));
    }
    return new Recording(new RepositoryName(index.path("repository").asText()), requests);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = Recording.class.getResourceAsStream(PLACE + name)) {
      if (in == null) {
        throw new IllegalStateException("the recording's " + name + " is not in the jar");
      }
      return in.readAllBytes();
    }
  }
}
