package dev.chancery.api.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server said no or failed, in the form of RFC 9457. A refusal (4xx) carries the control's id
 * and what to do next; a failure (5xx) may be worth another try.
 */
public final class ChanceryProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient @Nullable JsonNode members;

  ChanceryProblem(int status, @Nullable JsonNode members) {
    super(describe(status, members));
    this.status = status;
    this.members = members;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Whether policy said no, rather than something broke. */
  public boolean isRefusal() {
    return status >= 400 && status < 500;
  }

  /** The control's id, such as {@code VERSION_ROLLBACK}. */
  public Optional<String> control() {
    return member(members, "control");
  }

  /** A sentence about this occurrence. */
  public Optional<String> detail() {
    return member(members, "detail");
  }

  /** What the request held. */
  public Optional<String> observed() {
    return member(members, "observed");
  }

  /** What would have been accepted. */
  public Optional<String> allowed() {
    return member(members, "allowed");
  }

  /** The key's watermark, where the server tells it. */
  public Optional<String> watermark() {
    return member(members, "watermark");
  }

  /** What to do next. */
  public Optional<String> remedy() {
    return member(members, "remedy");
  }

  /** Under which a failure stands in the server's log. */
  public Optional<String> reference() {
    return member(members, "reference");
  }

  /** The whole problem document, where the server sent one. */
  public Optional<JsonNode> document() {
    return Optional.ofNullable(members);
  }

  private static Optional<String> member(@Nullable JsonNode members, String name) {
    if (members == null || !members.path(name).isValueNode() || members.path(name).isNull()) {
      return Optional.empty();
    }
    return Optional.of(members.path(name).asText());
  }

  private static String describe(int status, @Nullable JsonNode members) {
    String what = member(members, "control").orElse("the server answered HTTP " + status);
    return what
        + member(members, "detail").map(detail -> ": " + detail).orElse("")
        + member(members, "reference").map(reference -> " (" + reference + ")").orElse("");
  }
}
