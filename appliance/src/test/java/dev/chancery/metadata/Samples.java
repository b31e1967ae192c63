package dev.chancery.metadata;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The samples in the test resources, and the larger vectors beside the checkout if present. */
final class Samples {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Samples() {}

  /** A directory of the test resources. */
  static Path directory(String name) {
    return Path.of("src/test/resources", name);
  }

  /** A directory of the larger vectors; skips the test if they are not there. */
  static Path vectors(String name) {
    Path directory = Path.of(System.getProperty("chancery.vectors", "../../shared/vectors"), name);
    assumeTrue(
        Files.isDirectory(directory),
        "the large vectors are not at " + directory + "; set -Dchancery.vectors to their place");
    return directory;
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> jsonLines(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8)
        .lines()
        .map(
            line -> {
              try {
                return JSON.readTree(line);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  /** The bytes of {@code signed} as they stand in a file, whatever form they have. */
  static byte[] signedPart(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String before = "{\"signed\":";
    int end = text.indexOf(",\"signatures\":");
    if (!text.startsWith(before) || end < 0) {
      throw new IllegalArgumentException("not a metadata file of Notary's form");
    }
    return text.substring(before.length(), end).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The keys of one role in a root, by the id computed from each key. */
  static Function<KeyId, Optional<VerificationKey>> keys(Path root, String role) {
    JsonNode signed = json(root).get("signed");
    Map<KeyId, VerificationKey> keys = new HashMap<>();
    for (JsonNode id : signed.at("/roles/" + role + "/keyids")) {
      JsonNode key = signed.at("/keys/" + id.asText());
      Algorithm algorithm = algorithm(key.get("keytype").asText());
      byte[] spki = spki(algorithm, key.at("/keyval/public").asText());
      keys.put(NotaryKeys.keyId(algorithm, spki), VerificationKey.parse(algorithm, spki));
    }
    return id -> Optional.ofNullable(keys.get(id));
  }

  private static Algorithm algorithm(String keyType) {
    return keyType.equals("rsa") ? Algorithm.RSA_2048 : Algorithm.of(keyType);
  }

  private static byte[] spki(Algorithm algorithm, String publicKey) {
    byte[] key = Base64.getDecoder().decode(publicKey);
    return algorithm == Algorithm.ED25519
        ? HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(key))
        : key;
  }
}
