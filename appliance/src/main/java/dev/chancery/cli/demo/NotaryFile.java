package dev.chancery.cli.demo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.canonical.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes and changes metadata as a trust server does. */
final class NotaryFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> OBJECT =
      new TypeReference<>() {};

  private NotaryFile() {}

  /** The file that notary-server stores and serves: {@code signed} with its one signature. */
  static byte[] envelope(byte[] signed, SignedMetadata answer) {
    Map<String, Object> signature =
        Map.of("keyid", answer.keyid().hex(), "method", answer.method(), "sig", answer.sig());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(utf8("{\"signed\":"));
    file.writeBytes(signed);
    file.writeBytes(utf8(",\"signatures\":"));
    file.writeBytes(CanonicalJson.encode(List.of(signature)));
    file.writeBytes(utf8("}"));
    return file.toByteArray();
  }

  /** {@code timestamp} with hashes and length of {@code snapshotFile}. */
  static byte[] naming(byte[] timestamp, byte[] snapshotFile) {
    return with(
        timestamp,
        signed ->
            signed.put(
                "meta",
                Map.of(
                    "snapshot",
                    Map.of(
                        "hashes",
                        Map.of(
                            "sha256", base64(Sha256.of(snapshotFile).bytes()),
                            "sha512", base64(Sha512.of(snapshotFile).bytes())),
                        "length",
                        snapshotFile.length))));
  }

  /** The canonical bytes of {@code signed} after {@code change}. */
  static byte[] with(byte[] signed, Consumer<Map<String, Object>> change) {
    Map<String, Object> object = read(signed);
    change.accept(object);
    return CanonicalJson.encode(object);
  }

  /** The entry of {@code name} in {@code meta}: hashes and length of a file. */
  static Object metaOf(byte[] signed, String name) {
    if (read(signed).get("meta") instanceof Map<?, ?> meta
        && meta.get(name) instanceof Map<?, ?> entry) {
      return entry;
    }
    throw new IllegalArgumentException("no file " + name + " is named there");
  }

  /** {@code signed} with another entry for {@code name} in {@code meta}. */
  static byte[] withMeta(byte[] signed, String name, Object entry) {
    return with(
        signed,
        object -> {
          Map<Object, Object> meta = new LinkedHashMap<>((Map<?, ?>) object.get("meta"));
          meta.put(name, entry);
          object.put("meta", meta);
        });
  }

  private static Map<String, Object> read(byte[] signed) {
    try {
      return JSON.readValue(signed, OBJECT);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a JSON object", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
