package dev.chancery.ceremony.transcript;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing that was done. All texts are one line of printable ASCII, and none may look like a
 * share (CEREMONY T-1).
 *
 * @param time when, by the clock that the ceremony goes by
 * @param actor who did it
 * @param action what, such as {@code approve}
 * @param inputs SHA-256 of what it was done with, by name
 * @param facts what else belongs on paper, by name: serial numbers, tamper bag numbers, …
 * @param result how it ended
 * @param exception what was not as the script says; empty if all was
 */
public record Step(
    Instant time,
    String actor,
    String action,
    SortedMap<String, Sha256> inputs,
    SortedMap<String, String> facts,
    String result,
    String exception) {
  static final String TYPE = "chancery-transcript-step-v1";

  public Step {
    Texts.line("the actor", actor);
    Texts.line("the action", action);
    Texts.line("the result", result);
    if (!exception.isEmpty()) {
      Texts.line("the exception", exception);
    }
    inputs.keySet().forEach(name -> Texts.line("a name", name));
    inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    facts = Texts.lines(facts);
  }

  /**
   * @param previous SHA-256 of the line before this
   */
  byte[] line(int number, Sha256 previous) {
    SortedMap<String, String> digests = new TreeMap<>();
    inputs.forEach((name, digest) -> digests.put(name, digest.hex()));
    return CanonicalJson.encode(
        Map.of(
            "type", TYPE,
            "number", number,
            "previous", previous.hex(),
            "time", time.toString(),
            "actor", actor,
            "action", action,
            "inputs", digests,
            "facts", facts,
            "result", result,
            "exception", exception));
  }

  static Step read(JsonObject json) {
    SortedMap<String, Sha256> inputs = new TreeMap<>();
    Texts.texts(json, "inputs").forEach((name, hex) -> inputs.put(name, Sha256.fromHex(hex)));
    return new Step(
        Instant.parse(Texts.text(json, "time")),
        Texts.text(json, "actor"),
        Texts.text(json, "action"),
        inputs,
        Texts.texts(json, "facts"),
        Texts.text(json, "result"),
        Texts.text(json, "exception"));
  }
}
