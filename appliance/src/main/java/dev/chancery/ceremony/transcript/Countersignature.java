package dev.chancery.ceremony.transcript;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.crypto.VerificationKey;
import java.util.Base64;
import java.util.Map;

/**
 * A signature under a finished transcript.
 *
 * @param signer as whom
 * @param name who, as text
 */
public record Countersignature(
    Signer signer, String name, VerificationKey key, RawSignature signature) {
  static final String TYPE = "chancery-transcript-signature-v1";

  /** As whom somebody signs. */
  public enum Signer {
    /** The appliance, with its audit key: these are the steps it recorded. */
    APPLIANCE("These are the steps that were recorded"),
    /** A person who was there: this is what I saw. */
    WITNESS("These steps are what I witnessed");

    private final String statement;

    Signer(String statement) {
      this.statement = statement;
    }
  }

  public Countersignature {
    Texts.line("the signer's name", name);
  }

  /** What is signed: the head of the chain, so all steps and their number, and as whom. */
  static byte[] message(Heading heading, int steps, Sha256 head, Signer signer, String name) {
    return CanonicalJson.encode(
        Map.of(
            "type",
            TYPE,
            "ceremony",
            heading.ceremony(),
            "ledger",
            heading.ledger(),
            "steps",
            steps,
            "head",
            head.hex(),
            "signer",
            signer.name(),
            "name",
            name,
            "statement",
            signer.statement));
  }

  boolean verifies(Heading heading, int steps, Sha256 head) {
    return key.verify(message(heading, steps, head, signer, name), signature);
  }

  byte[] line(Sha256 head) {
    return CanonicalJson.encode(
        Map.of(
            "type", TYPE,
            "head", head.hex(),
            "signer", signer.name(),
            "name", name,
            "algorithm", key.algorithm().id(),
            "key", Base64.getEncoder().encodeToString(key.subjectPublicKeyInfo()),
            "signature", signature.base64()));
  }

  static Countersignature read(JsonObject json) {
    return new Countersignature(
        Signer.valueOf(Texts.text(json, "signer")),
        Texts.text(json, "name"),
        VerificationKey.parse(
            Algorithm.of(Texts.text(json, "algorithm")),
            Base64.getDecoder().decode(Texts.text(json, "key"))),
        new RawSignature(Base64.getDecoder().decode(Texts.text(json, "signature"))));
  }
}
