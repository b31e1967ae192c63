package dev.chancery.ceremony.bundle;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.JsonValue.JsonString;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle is and what is in it.
 *
 * @param ceremony the ceremony's id
 * @param ledger the id of the ledger it belongs to
 * @param exporter who made the bundle, as text
 * @param time when
 * @param files the digest of each file but the manifest, by name
 */
public record Manifest(
    String ceremony,
    String ledger,
    String exporter,
    Instant time,
    SortedMap<String, Sha256> files) {
  private static final String TYPE = "chancery-bundle-v1";

  public Manifest {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** The canonical bytes that the exporter signs. */
  byte[] signedBytes() {
    return CanonicalJson.encode(json());
  }

  private JsonObject json() {
    Map<String, String> digests = new LinkedHashMap<>();
    files.forEach((name, digest) -> digests.put(name, digest.hex()));
    return JsonObject.of(
        Map.of(
            "type", TYPE,
            "ceremony", ceremony,
            "ledger", ledger,
            "exporter", exporter,
            "time", time.toString(),
            "files", digests));
  }

  /** {@code manifest.json}: canonical, with the exporter's key and signature. */
  byte[] file(VerificationKey key, RawSignature signature) {
    return CanonicalJson.encode(
        Map.of(
            "signed", json(),
            "algorithm", key.algorithm().id(),
            "key", Base64.getEncoder().encodeToString(key.subjectPublicKeyInfo()),
            "signature", signature.base64()));
  }

  /** A manifest whose signature verifies, and the key it verifies under. */
  record Signed(Manifest manifest, VerificationKey key) {}

  /**
   * Reads {@code manifest.json} and verifies its signature with the key that it names itself.
   *
   * @throws RefusedException {@code BUNDLE_FORM}; {@code BUNDLE_EDITED} if it does not verify
   */
  static Signed read(byte[] file) {
    try {
      JsonObject outer = object(StrictJson.parse(file, StrictJson.Text.PRINTABLE_ASCII));
      VerificationKey key =
          VerificationKey.parse(
              Algorithm.of(text(outer, "algorithm")),
              Base64.getDecoder().decode(text(outer, "key")));
      RawSignature signature =
          new RawSignature(Base64.getDecoder().decode(text(outer, "signature")));
      Manifest manifest = of(object(outer.get("signed")));
      if (!Arrays.equals(manifest.file(key, signature), file)) {
        throw new IllegalArgumentException("other members, or not canonical");
      }
      if (!key.verify(manifest.signedBytes(), signature)) {
        throw new RefusedException(
            Refusal.BUNDLE_EDITED,
            "a manifest that its signature does not fit",
            "the manifest that the exporter signed",
            "ask the exporter what he sent");
      }
      return new Signed(manifest, key);
    } catch (MalformedJsonException | IllegalArgumentException | DateTimeParseException e) {
      throw new RefusedException(
          Refusal.BUNDLE_FORM,
          "a manifest.json that is not one",
          "the canonical form that bundles are written with",
          "have the bundle exported again");
    }
  }

  private static Manifest of(JsonObject json) {
    SortedMap<String, Sha256> files = new TreeMap<>();
    JsonObject listed = object(json.get("files"));
    for (int i = 0; i < listed.size(); i++) {
      files.put(listed.name(i), Sha256.fromHex(text(listed, listed.name(i))));
    }
    return new Manifest(
        text(json, "ceremony"),
        text(json, "ledger"),
        text(json, "exporter"),
        Instant.parse(text(json, "time")),
        files);
  }

  private static JsonObject object(@Nullable JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("an object is missing");
  }

  private static String text(JsonObject object, String name) {
    if (object.get(name) instanceof JsonString(var text)) {
      return text;
    }
    throw new IllegalArgumentException("a text is missing");
  }
}
