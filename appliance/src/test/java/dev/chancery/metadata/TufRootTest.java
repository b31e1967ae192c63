package dev.chancery.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Roots that others published, and small changes to them. */
class TufRootTest {
  private static final int SIGSTORE_ROOTS = 8;
  private static final int SIGSTORE_THRESHOLD = 3;

  @Test
  void verifiesSigstoresChainWithItsOlderSpellings() {
    TufRoot root = TufRoot.trusted(sigstore(1));
    for (int version = 2; version <= SIGSTORE_ROOTS; version++) {
      root = root.next(sigstore(version));
      assertEquals(version, root.version().number());
    }
    assertEquals(SIGSTORE_THRESHOLD, root.threshold("root"));
    assertEquals(5, root.keys("root").size());
    assertEquals(1, root.keys("snapshot").size());
    assertEquals(1, root.keys("timestamp").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"python-tuf/repository", "tuf-js-example"})
  void verifiesTheRootsOfOtherImplementations(String name) {
    TufRoot root = TufRoot.trusted(Samples.bytes(Samples.vectors(name).resolve("root.json")));
    assertEquals(Instant.parse("2030-01-01T00:00:00Z"), root.expires());
    for (Role role : Role.values()) {
      assertEquals(1, root.keys(role.id()).size());
    }
  }

  @Test
  void everyRootFollowsTheOneBeforeItAndNoOther() {
    TufRoot second = TufRoot.trusted(sigstore(2));
    refused(Refusal.VERSION_JUMP, () -> second.next(sigstore(4)));
    refused(Refusal.VERSION_ROLLBACK, () -> second.next(sigstore(2)));
    refused(Refusal.VERSION_ROLLBACK, () -> second.next(sigstore(1)));
    assertEquals(3, second.next(sigstore(3)).version().number());
  }

  @ParameterizedTest(name = "{0} signatures: {1}")
  @CsvSource({"3, pass", "2, SIGNATURE_INVALID", "0, SIGNATURE_INVALID"})
  void asManyKeysMustSignAsTheThresholdSays(int count, String verdict) {
    byte[] fewer = changed(root -> keep((ArrayNode) root.get("signatures"), count));
    assertEquals(verdict, verdict(fewer));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing              | pass",
        "another expiry       | SIGNATURE_INVALID",
        "a fifth role         | MALFORMED",
        "a threshold of 0     | MALFORMED",
        "a threshold too high | MALFORMED",
        "one key id twice     | MALFORMED",
        "another type         | WRONG_TYPE",
        "VERSION too          | UNKNOWN_FIELD",
        "a signature emptied  | pass",
        "a signature changed  | SIGNATURE_INVALID",
      })
  void judges(String change, String verdict) {
    assertEquals(
        verdict,
        verdict(changed(root -> apply(change, root, (ObjectNode) root.get("signed")))),
        change);
  }

  private static void apply(String change, JsonNode root, ObjectNode signed) {
    ObjectNode roles = (ObjectNode) signed.get("roles");
    ObjectNode own = (ObjectNode) roles.get("root");
    ArrayNode signatures = (ArrayNode) root.get("signatures");
    switch (change) {
      case "nothing" -> {}
      case "another expiry" -> signed.put("expires", "2031-01-01T00:00:00Z");
      case "a fifth role" -> roles.set("mirrors", own);
      case "a threshold of 0" -> own.put("threshold", 0);
      case "a threshold too high" -> own.put("threshold", 6);
      case "one key id twice" -> ((ArrayNode) own.get("keyids")).add(own.get("keyids").get(0));
      case "another type" -> signed.put("_type", "targets");
      case "VERSION too" -> signed.put("VERSION", 9);
      case "a signature emptied" -> {
        while (signatures.size() <= SIGSTORE_THRESHOLD) {
          signatures.addObject().put("keyid", "another").put("sig", "");
        }
        ((ObjectNode) signatures.get(SIGSTORE_THRESHOLD)).put("sig", "");
      }
      case "a signature changed" ->
          ((ObjectNode) signatures.get(0)).set("sig", signatures.get(1).get("sig"));
      default -> throw new IllegalArgumentException(change);
    }
  }

  private static void keep(ArrayNode signatures, int count) {
    while (signatures.size() > count) {
      signatures.remove(signatures.size() - 1);
    }
  }

  private static byte[] changed(Consumer<JsonNode> change) {
    try {
      ObjectMapper json = new ObjectMapper();
      JsonNode root = json.readTree(sigstore(5));
      change.accept(root);
      return json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String verdict(byte[] file) {
    try {
      TufRoot.trusted(file);
      return "pass";
    } catch (RefusedException e) {
      NotaryFormTest.assertShowable(e);
      return e.reason().name();
    }
  }

  private static void refused(Refusal reason, Runnable work) {
    assertEquals(reason, assertThrows(RefusedException.class, work::run).reason());
  }

  private static byte[] sigstore(int version) {
    Path directory = Samples.vectors("sigstore-root-signing");
    return Samples.bytes(directory.resolve(version + ".root.json"));
  }
}
