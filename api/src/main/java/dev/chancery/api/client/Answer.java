package dev.chancery.api.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.KeyId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server's answer. Members that are not known are left alone, since a newer server may send
 * more; one that is missing or of another type is an error.
 */
final class Answer {
  private final JsonNode node;

  Answer(JsonNode node) {
    this.node = node;
  }

  String text(String name) {
    JsonNode member = node.path(name);
    if (!member.isTextual()) {
      throw unreadable(name);
    }
    return member.textValue();
  }

  /** The text member, or null where there is none. */
  @Nullable String optionalText(String name) {
    return node.has(name) ? text(name) : null;
  }

  /** The member that is an object, as JSON. */
  String object(String name) {
    JsonNode member = node.path(name);
    if (!member.isObject()) {
      throw unreadable(name);
    }
    return member.toString();
  }

  long number(String name) {
    JsonNode member = node.path(name);
    if (!member.isIntegralNumber() || !member.canConvertToLong()) {
      throw unreadable(name);
    }
    return member.longValue();
  }

  /** The number, or null where there is none. */
  @Nullable Long optionalNumber(String name) {
    return node.has(name) ? number(name) : null;
  }

  boolean truth(String name) {
    JsonNode member = node.path(name);
    if (!member.isBoolean()) {
      throw unreadable(name);
    }
    return member.booleanValue();
  }

  Instant time(String name) {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeParseException e) {
      throw unreadable(name);
    }
  }

  KeyId keyId() {
    try {
      return new KeyId(text("keyid"));
    } catch (IllegalArgumentException e) {
      throw unreadable("keyid");
    }
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : array(name)) {
      if (!item.isTextual()) {
        throw unreadable(name);
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  <T> List<T> list(String name, Function<Answer, T> reader) {
    List<T> list = new ArrayList<>();
    for (JsonNode item : array(name)) {
      list.add(reader.apply(new Answer(item)));
    }
    return list;
  }

  SignedMetadata signed() {
    return new SignedMetadata(
        keyId(),
        text(node.has("method") ? "method" : "scheme"),
        text("sig"),
        number("version"),
        text("canonicalSha256"),
        number("sequence"),
        truth("recorded"),
        texts("warnings"));
  }

  CheckedMetadata checked() {
    return new CheckedMetadata(
        keyId(), number("version"), text("canonicalSha256"), texts("warnings"));
  }

  KeyInfo key() {
    return new KeyInfo(
        keyId(),
        text("dialect"),
        text("repository"),
        text("role"),
        text("algorithm"),
        text("keytype"),
        text("publicKey"),
        object("key"),
        text("mode"),
        text("status"),
        optionalText("token"),
        optionalText("tokenKeyId"),
        time("created"));
  }

  WatermarkInfo watermark() {
    return new WatermarkInfo(
        keyId(),
        text("repository"),
        text("role"),
        number("version"),
        text("canonicalSha256"),
        number("contents"),
        number("sequence"),
        time("time"));
  }

  WatermarkListing watermarkListing() {
    return new WatermarkListing(text("ledger"), list("watermarks", Answer::watermark));
  }

  BulkAnswer bulk() {
    return new BulkAnswer(number("changed"), number("unchanged"));
  }

  RepositoryInfo repository() {
    return new RepositoryInfo(
        text("repository"),
        text("custody"),
        optionalNumber("timestampStart"),
        optionalNumber("snapshotStart"),
        node.has("root") ? new Answer(node.path("root")).root() : null,
        list(
            "keys",
            key ->
                new RepositoryInfo.Key(
                    key.keyId(), key.text("role"), key.text("mode"), key.text("status"))));
  }

  private RepositoryInfo.Root root() {
    return new RepositoryInfo.Root(
        number("version"),
        time("expires"),
        text("sha256"),
        list(
            "roles",
            role ->
                new RepositoryInfo.RootRole(
                    role.text("role"),
                    role.number("threshold"),
                    role.texts("keyids"),
                    role.texts("here"))));
  }

  DueInfo due() {
    return new DueInfo(
        text("repository"),
        text("role"),
        number("version"),
        time("since"),
        time("expires"),
        text("state"));
  }

  CheckpointInfo checkpoint() {
    return new CheckpointInfo(
        number("treeSize"),
        text("rootHash"),
        text("headHash"),
        number("epoch"),
        time("time"),
        text("note"));
  }

  private JsonNode array(String name) {
    JsonNode member = node.path(name);
    if (!member.isArray()) {
      throw unreadable(name);
    }
    return member;
  }

  private static UnreadableAnswerException unreadable(String name) {
    return new UnreadableAnswerException(
        "the server's answer has no usable \"" + name + "\"; is it another version of Chancery?");
  }
}
