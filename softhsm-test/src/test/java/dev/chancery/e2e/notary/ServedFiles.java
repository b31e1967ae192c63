package dev.chancery.e2e.notary;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The signatures in the files that a notary-server gives out for one repository. */
final class ServedFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] BEFORE = "{\"signed\":".getBytes(UTF_8);
  private static final String AFTER = ",\"signatures\":[";

  private final NotaryServer server;
  private final String gun;

  ServedFiles(NotaryServer server, String gun) {
    this.server = server;
    this.gun = gun;
  }

  /**
   * One signature in one file.
   *
   * @param digest SHA-256 of the bytes signed, hexadecimal
   * @param signature standard base64
   */
  record Signature(String role, long version, String keyId, String digest, String signature) {}

  /** Of every version of the timestamp and the snapshot that there has been. */
  List<Signature> onlineSignatures() {
    List<Signature> all = new ArrayList<>();
    for (String role : List.of("timestamp", "snapshot")) {
      for (long version = 1; version <= newestVersion(role); version++) {
        // A version may be missing: notary-server goes on from what a client sent.
        server
            .file(gun, version + "." + role + ".json")
            .ifPresent(file -> all.addAll(signatures(role, file)));
      }
    }
    return all;
  }

  /** The version that is served now, 0 if there is none. */
  long newestVersion(String role) {
    Optional<byte[]> newest = server.file(gun, role + ".json");
    return newest.map(file -> json(file).at("/signed/version").asLong()).orElse(0L);
  }

  private static List<Signature> signatures(String role, byte[] file) {
    JsonNode envelope = json(file);
    String digest = sha256(signedBytes(file));
    List<Signature> signatures = new ArrayList<>();
    for (JsonNode each : envelope.get("signatures")) {
      signatures.add(
          new Signature(
              role,
              envelope.at("/signed/version").asLong(),
              each.get("keyid").asText(),
              digest,
              each.get("sig").asText()));
    }
    return signatures;
  }

  /** As they stand in the file: what was signed, byte for byte. */
  private static byte[] signedBytes(byte[] file) {
    int end = new String(file, UTF_8).lastIndexOf(AFTER);
    if (end < 0 || !Arrays.equals(file, 0, BEFORE.length, BEFORE, 0, BEFORE.length)) {
      throw new IllegalStateException("not a file of notary-server: " + new String(file, UTF_8));
    }
    byte[] head = new String(file, UTF_8).substring(0, end).getBytes(UTF_8);
    return Arrays.copyOfRange(file, BEFORE.length, head.length);
  }

  private static JsonNode json(byte[] file) {
    try {
      return JSON.readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
