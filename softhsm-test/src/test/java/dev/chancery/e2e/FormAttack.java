package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Ways to spoil the form of good Notary metadata, each with the one control that must see it. */
enum FormAttack {
  UNKNOWN_MEMBER("UNKNOWN_FIELD", text -> replaceEnd(text, "}", ",\"x\":1}")),
  CASE_FOLDED_VERSION(
      "UNKNOWN_FIELD", text -> replaceStart(text, "{\"_type\"", "{\"VERSION\":99,\"_type\"")),
  NO_VERSION("UNKNOWN_FIELD", text -> text.replaceFirst(",\"version\":\\d+}$", "}")),
  NO_EXPIRY("UNKNOWN_FIELD", text -> text.replaceFirst("\"expires\":\"[^\"]*\",", "")),
  DUPLICATE_MEMBER("MALFORMED", text -> text.replaceFirst("(,\"version\":\\d+)}$", "$1$1}")),
  VERSION_WITH_FRACTION("MALFORMED", text -> text.replaceFirst("(,\"version\":\\d+)}$", "$1.0}")),
  VERSION_WITH_EXPONENT("MALFORMED", text -> text.replaceFirst("(,\"version\":\\d+)}$", "$1e0}")),
  VERSION_AS_TEXT(
      "MALFORMED", text -> text.replaceFirst(",\"version\":(\\d+)}$", ",\"version\":\"$1\"}")),
  VERSION_ZERO("MALFORMED", text -> text.replaceFirst(",\"version\":\\d+}$", ",\"version\":0}")),
  TRUNCATED("MALFORMED", text -> text.substring(0, text.length() - 1)),
  TRAILING_BYTE("MALFORMED", text -> text + "}"),
  BYTE_ORDER_MARK("MALFORMED", text -> "\uFEFF" + text),
  TRAILING_LINE_END("NOT_CANONICAL", text -> text + "\n"),
  WHITE_SPACE("NOT_CANONICAL", text -> replaceStart(text, "{", "{ ")),
  NEEDLESS_ESCAPE("NOT_CANONICAL", text -> text.replaceFirst("\"_type\"", "\"\\\\u005ftype\"")),
  OTHER_ORDER(
      "NOT_CANONICAL",
      text ->
          text.replaceFirst("^\\{(\"_type\":\"[A-Za-z]+\"),(\"expires\":\"[^\"]*\"),", "{$2,$1,")),
  TYPE_OF_ANOTHER_ROLE(
      "WRONG_TYPE",
      text ->
          text.contains("\"_type\":\"Timestamp\"")
              ? text.replace("\"_type\":\"Timestamp\"", "\"_type\":\"Snapshot\"")
              : text.replace("\"_type\":\"Snapshot\"", "\"_type\":\"Timestamp\"")),
  TYPE_IN_LOWER_CASE("WRONG_TYPE", text -> text.replaceFirst("\"_type\":\"[TS]", "\"_type\":\"s")),
  HASH_TOO_SHORT(
      "META_INVALID", text -> text.replaceFirst("\"sha256\":\"[^\"]{4}", "\"sha256\":\"")),
  NO_SHA256("META_INVALID", text -> text.replaceFirst("\"sha256\":\"[^\"]*\",", "")),
  NEGATIVE_LENGTH("META_INVALID", text -> text.replaceFirst("\"length\":", "\"length\":-")),
  ETERNAL_EXPIRY(
      "EXPIRY_TOO_FAR",
      text -> text.replaceFirst("\"expires\":\"[^\"]*\"", "\"expires\":\"2116-01-01T00:00:00Z\"")),
  PAST_EXPIRY(
      "EXPIRED",
      text -> text.replaceFirst("\"expires\":\"[^\"]*\"", "\"expires\":\"2020-01-01T00:00:00Z\""));

  private final String control;

  @SuppressWarnings("ImmutableEnumChecker") // the functions hold no state
  private final UnaryOperator<String> change;

  FormAttack(String control, UnaryOperator<String> change) {
    this.control = control;
    this.change = change;
  }

  /** The id of the refusal it must meet. */
  String control() {
    return control;
  }

  byte[] spoil(byte[] good) {
    byte[] spoilt = change.apply(new String(good, UTF_8)).getBytes(UTF_8);
    if (Arrays.equals(good, spoilt)) {
      throw new IllegalStateException(this + " changes nothing in " + new String(good, UTF_8));
    }
    return spoilt;
  }

  private static String replaceStart(String text, String start, String by) {
    if (!text.startsWith(start)) {
      throw new IllegalArgumentException("does not begin with " + start);
    }
    return by + text.substring(start.length());
  }

  private static String replaceEnd(String text, String end, String by) {
    if (!text.endsWith(end)) {
      throw new IllegalArgumentException("does not end with " + end);
    }
    return text.substring(0, text.length() - end.length()) + by;
  }
}
