package dev.chancery.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Metadata from a file. What is sent is a slice of its bytes: nothing is written anew. */
final class MetadataInput {
  /** More than any role's metadata may have, with its envelope (RULES NC-6). */
  private static final long MAX_BYTES = 4 << 20;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private MetadataInput() {}

  /** All bytes of {@code file}. */
  static byte[] read(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
      throw new CommandException(
          ExitCode.NO_INPUT, file + " is larger than 4 MiB, so it is no TUF metadata");
    }
    return Files.readAllBytes(file);
  }

  /**
   * The bytes of the member {@code signed} of an envelope, as they stand in it.
   *
   * @param name of the file, for errors
   */
  static byte[] signedOf(byte[] envelope, Path name) throws IOException {
    try (JsonParser parser = JSON.createParser(envelope)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw noEnvelope(name, "it is no JSON object");
      }
      byte[] signed = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("signed");
        parser.nextToken();
        int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        boolean object = parser.currentToken() == JsonToken.START_OBJECT;
        parser.skipChildren();
        if (wanted && object) {
          int end = Math.toIntExact(parser.currentLocation().getByteOffset());
          signed = Arrays.copyOfRange(envelope, start, end);
        }
      }
      if (signed == null) {
        throw noEnvelope(name, "it has no object \"signed\"");
      }
      return signed;
    } catch (JsonProcessingException e) {
      throw noEnvelope(name, "at byte " + offset(e) + ": " + e.getOriginalMessage());
    }
  }

  private static long offset(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
  }

  private static CommandException noEnvelope(Path name, String why) {
    return new CommandException(
        ExitCode.NO_INPUT,
        name
            + " is no envelope: "
            + why.replace('\n', ' ')
            + "; without --envelope the file is"
            + " sent as it is");
  }
}
