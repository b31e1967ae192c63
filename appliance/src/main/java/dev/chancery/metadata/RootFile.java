package dev.chancery.metadata;

import dev.chancery.api.Dialect;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A root with its signatures, of either dialect; that they verify nobody has said.
 *
 * @param root what is signed
 * @param signatures without those that are empty (RULES TR-3), one for each key id
 */
public record RootFile(RootDocument root, List<RootSignature> signatures) {
  private static final int MAX_BYTES = 512_000;
  private static final List<String> MEMBERS = List.of("signatures", "signed");
  private static final List<String> SIGNATURE = List.of("keyid", "method", "sig");

  public RootFile {
    signatures = List.copyOf(signatures);
  }

  /**
   * Reads a whole file, as it is served.
   *
   * @throws RefusedException for the first rule of form broken
   */
  public static RootFile read(Dialect dialect, byte[] file) {
    return switch (dialect) {
      case NOTARY -> notary(file);
      case TUF -> tuf(file);
    };
  }

  /** How many keys of {@code trusted}'s root role have signed this root, each key once. */
  public int signedBy(RootDocument trusted) {
    return signers(trusted).size();
  }

  /** The keys of {@code trusted}'s root role that have signed this root, by fingerprint. */
  public Set<Sha256> signers(RootDocument trusted) {
    Set<Sha256> signers = new HashSet<>();
    for (RootKey key : trusted.keysOf("root")) {
      for (RootSignature signature : signatures) {
        if (signature.keyId().equals(key.id()) && root.isSignedBy(key, signature)) {
          key.fingerprint().ifPresent(signers::add);
        }
      }
    }
    return signers;
  }

  /**
   * The bytes to serve: for Notary exactly what its own tool writes (RULES N-1), for TUF 1.0 JSON
   * without blanks.
   */
  public byte[] bytes() {
    List<JsonValue> written = new ArrayList<>();
    for (RootSignature signature : signatures) {
      Map<String, String> members = new LinkedHashMap<>();
      members.put("keyid", signature.keyId());
      if (root.dialect() == Dialect.NOTARY) {
        members.put("method", signature.method());
      }
      members.put("sig", signature.sig());
      written.add(JsonObject.of(members));
    }
    String list = PlainJson.write(new JsonValue.JsonArray(written));
    String signed = PlainJson.write(root.signed());
    String file =
        root.dialect() == Dialect.NOTARY
            ? "{\"signed\":" + signed + ",\"signatures\":" + list + "}"
            : "{\"signatures\":" + list + ",\"signed\":" + signed + "}";
    return file.getBytes(StandardCharsets.UTF_8);
  }

  private static RootFile tuf(byte[] file) {
    TufEnvelope envelope =
        TufEnvelope.read("the root file", file, MAX_BYTES, StrictJson.Text.UNICODE);
    return new RootFile(
        RootDocument.of(Dialect.TUF, envelope.signed()),
        envelope.signatures().stream()
            .map(each -> new RootSignature(each.keyId(), "", each.sig()))
            .toList());
  }

  private static RootFile notary(byte[] file) {
    Forms.checkSize("the root file", file, MAX_BYTES);
    JsonObject envelope = Forms.object("the root file", file);
    Forms.checkMembers("the root file", envelope, MEMBERS);
    if (!(envelope.get("signed") instanceof JsonObject signed)) {
      throw malformed("signed", envelope.get("signed"), "an object");
    }
    if (!(envelope.get("signatures") instanceof JsonValue.JsonArray(var values))) {
      throw malformed("signatures", envelope.get("signatures"), "an array");
    }
    List<RootSignature> signatures = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonValue value : values) {
      RootSignature signature = signature(value);
      if (!seen.add(signature.keyId())) {
        throw malformed("keyid", value, "one signature for each key");
      }
      if (!signature.sig().isEmpty()) {
        signatures.add(signature);
      }
    }
    return new RootFile(RootDocument.of(Dialect.NOTARY, signed), signatures);
  }

  private static RootSignature signature(JsonValue value) {
    if (!(value instanceof JsonObject object)) {
      throw malformed("signature", value, "an object");
    }
    Forms.checkMembers("a signature", object, SIGNATURE);
    if (object.get("keyid") instanceof JsonValue.JsonString(var keyId)
        && object.get("method") instanceof JsonValue.JsonString(var method)
        && object.get("sig") instanceof JsonValue.JsonString(var sig)) {
      return new RootSignature(keyId, method, sig);
    }
    throw malformed("signature", value, "three texts");
  }

  private static RefusedException malformed(
      String what, @Nullable JsonValue value, String allowed) {
    return Forms.refused(
        Refusal.MALFORMED, what + " " + (value == null ? "missing" : Forms.show(value)), allowed);
  }
}
