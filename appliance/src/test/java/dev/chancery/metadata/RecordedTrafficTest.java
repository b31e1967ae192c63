package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.NotaryMetadata;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Timestamp;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a real notary-server sent to be signed, and what it then served. */
class RecordedTrafficTest {
  private static final NotaryDialect NOTARY = MetadataDialects.notary();

  @Test
  void readsVerifiesAndFindsAgainTheSamplesOfTheRecording() {
    assertEquals(6, checkRecording(Samples.directory("notary-wire")));
  }

  @Test
  void readsVerifiesAndFindsAgainTheWholeRecording() {
    assertEquals(55, checkRecording(Samples.vectors("notary-wire").resolve("e2e-ecdsa")));
  }

  @Test
  void predictsTheSamplesOfFilesThatWereServed() {
    Path samples = Samples.directory("notary-wire");
    assertEquals(2, checkServed(samples, List.of("app.snapshot.json", "img.snapshot.json")));
  }

  @Test
  void predictsAllFilesThatWereServed() {
    Path all = Samples.vectors("notary-wire").resolve("e2e-ecdsa");
    List<String> served =
        List.of(
            "app.snapshot.json",
            "app.timestamp.json",
            "img.snapshot.json",
            "img.timestamp.json",
            "non-ascii-gun.snapshot.json",
            "non-ascii-gun.timestamp.json",
            "todelete.timestamp.json");
    assertEquals(7, checkServed(all, served));
  }

  @Test
  void theTimestampSignedNextNamesTheSnapshotFilePredicted() {
    Path all = Samples.vectors("notary-wire").resolve("e2e-ecdsa");
    int pairs = 0;
    JsonNode before = null;
    for (JsonNode call : Samples.jsonLines(all.resolve("INDEX.jsonl"))) {
      if (before != null
          && before.get("type").asText().equals("Snapshot")
          && call.get("type").asText().equals("Timestamp")
          && call.get("gun").equals(before.get("gun"))) {
        Timestamp timestamp = (Timestamp) metadata(all, call);
        assertEquals(
            timestamp.snapshot(),
            NOTARY
                .servedFile(
                    metadata(all, before), keyId(before), Algorithm.ECDSA, signature(before))
                .orElseThrow());
        pairs++;
      }
      before = call;
    }
    assertTrue(pairs >= 25, "pairs of snapshot and timestamp: " + pairs);
  }

  @Test
  void acceptsASnapshotSentAlongAsItIsServed() {
    Path samples = Samples.directory("notary-wire");
    byte[] file = Samples.bytes(samples.resolve("served/app.snapshot.json"));
    Timestamp timestamp =
        NOTARY.timestamp(
            Samples.signedPart(Samples.bytes(samples.resolve("served/app.timestamp.json"))),
            FormOptions.DEFAULT);
    Map<KeyId, VerificationKey> keys = new HashMap<>();
    for (JsonNode call : Samples.jsonLines(samples.resolve("INDEX.jsonl"))) {
      if (call.get("key_role").asText().equals("snapshot")) {
        keys.put(keyId(call), key(call));
      }
    }
    assertEquals(
        17,
        NOTARY
            .verifySnapshot(
                timestamp, file, FormOptions.DEFAULT, id -> Optional.ofNullable(keys.get(id)))
            .metadata()
            .version()
            .number());
  }

  @Test
  void readsNotary01MetadataWithSha256AloneAndAnOffset() {
    Path fixture = Samples.vectors("notary-v1-fixtures").resolve("0.1");
    FormOptions legacy = new FormOptions(true, 1_000);
    for (Role role : Role.values()) {
      byte[] file = Samples.bytes(fixture.resolve(role.id() + ".json"));
      OnlineMetadata metadata =
          NOTARY
              .verifyEnvelope(
                  file, role, legacy, Samples.keys(fixture.resolve("root.json"), role.id()))
              .metadata();
      assertArrayEquals(Samples.signedPart(file), metadata.canonical().bytes());
    }
  }

  @Test
  void verifiesTheFilesOfALiveRepository() {
    Path live = Samples.vectors("notary-live");
    for (Role role : Role.values()) {
      byte[] file = Samples.bytes(live.resolve(role.id() + ".json"));
      VerifiedEnvelope verified =
          NOTARY.verifyEnvelope(
              file, role, FormOptions.DEFAULT, Samples.keys(live.resolve("root.json"), role.id()));
      assertEquals(file.length, verified.file().length());
    }
  }

  @Test
  void readsAndVerifiesWhatServersAskForInRacesAndFaults() {
    Map<KeyId, Role> roles = new HashMap<>();
    Map<KeyId, VerificationKey> keys = new HashMap<>();
    int seen = 0;
    int refused = 0;
    for (JsonNode call :
        Samples.jsonLines(Samples.vectors("notary-races").resolve("calls.jsonl"))) {
      String method = call.path("method").asText();
      // With its database down, notary-signer answers with no key at all.
      if (method.equals("CreateKey") && call.hasNonNull("publicKey")) {
        VerificationKey key = key(call);
        KeyId id = NOTARY.keyId(key.algorithm(), key.subjectPublicKeyInfo());
        keys.put(id, key);
        roles.put(id, Role.of(call.get("role").asText()));
      } else if (method.equals("Sign")) {
        byte[] signed = Base64.getDecoder().decode(call.get("content").asText());
        byte[] signature = Base64.getDecoder().decode(call.get("signature").asText());
        KeyId id = keyId(call);
        Role role = Objects.requireNonNull(roles.get(id));
        assertTrue(
            Objects.requireNonNull(keys.get(id)).verify(signed, new RawSignature(signature)));
        if (version(signed) > Integer.MAX_VALUE) {
          assertThrows(
              RefusedException.class, () -> NOTARY.parse(role, signed, FormOptions.DEFAULT));
          refused++;
        } else {
          OnlineMetadata metadata = NOTARY.parse(role, signed, FormOptions.DEFAULT);
          assertArrayEquals(signed, metadata.canonical().bytes());
          seen++;
        }
      }
    }
    assertEquals(2, refused, "versions beyond 32 bits, from a row edited by hand");
    assertTrue(seen > 1_000, "signatures: " + seen);
  }

  private static long version(byte[] signed) {
    String text = new String(signed, StandardCharsets.US_ASCII);
    int start = text.lastIndexOf(':') + 1;
    return Long.parseLong(text.substring(start, text.length() - 1));
  }

  private static int checkRecording(Path directory) {
    int seen = 0;
    for (JsonNode call : Samples.jsonLines(directory.resolve("INDEX.jsonl"))) {
      byte[] signed = Samples.bytes(directory.resolve(call.get("file").asText()));
      NotaryMetadata metadata = metadata(directory, call);
      assertArrayEquals(signed, metadata.canonical().bytes());
      assertEquals(Sha256.fromHex(call.get("sha256").asText()), metadata.canonical().sha256());
      assertEquals(call.get("version").asInt(), metadata.version().number());
      assertEquals(
          OffsetDateTime.parse(call.get("expires").asText()).toInstant(), metadata.expires());
      assertEquals(call.get("roles").size(), metadata.meta().size());
      VerificationKey key = key(call);
      assertEquals(keyId(call), NOTARY.keyId(Algorithm.ECDSA, key.subjectPublicKeyInfo()));
      assertTrue(key.verify(signed, signature(call)));
      signed[signed.length / 2] ^= 1;
      assertFalse(key.verify(signed, signature(call)));
      seen++;
    }
    return seen;
  }

  private static int checkServed(Path directory, List<String> names) {
    int seen = 0;
    for (String name : names) {
      byte[] file = Samples.bytes(directory.resolve("served").resolve(name));
      for (JsonNode call : Samples.jsonLines(directory.resolve("INDEX.jsonl"))) {
        OnlineMetadata metadata = metadata(directory, call);
        if (Arrays.equals(Samples.signedPart(file), metadata.canonical().bytes())) {
          assertArrayEquals(
              file, NOTARY.envelope(metadata, keyId(call), Algorithm.ECDSA, signature(call)));
          assertEquals(
              Optional.of(NotaryEnvelope.describe(file)),
              NOTARY.servedFile(metadata, keyId(call), Algorithm.ECDSA, signature(call)));
          seen++;
        }
      }
    }
    return seen;
  }

  private static NotaryMetadata metadata(Path directory, JsonNode call) {
    return (NotaryMetadata)
        NOTARY.parse(
            Role.of(call.get("key_role").asText()),
            Samples.bytes(directory.resolve(call.get("file").asText())),
            FormOptions.DEFAULT);
  }

  private static KeyId keyId(JsonNode call) {
    return new KeyId(call.get("keyID").asText());
  }

  private static VerificationKey key(JsonNode call) {
    return VerificationKey.parse(
        Algorithm.of(call.get("algorithm").asText()),
        Base64.getDecoder().decode(call.get("publicKey").asText()));
  }

  private static RawSignature signature(JsonNode call) {
    return new RawSignature(HexFormat.of().parseHex(call.get("signature").asText()));
  }
}
