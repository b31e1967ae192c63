package dev.chancery.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Version;
import dev.chancery.door.Failure;
import dev.chancery.door.Titles;
import dev.chancery.ledger.BulkOutcome;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that turns refusals and failures into problem details (RFC 9457). A refusal has
 * {@code control}, a failure has {@code failure}; never both.
 *
 * <p>A client whose certificate {@code access.yaml} does not name gets 403 and not 401: 401 must
 * name a challenge to answer (RFC 9110 section 15.5.2), and for client certificates there is none.
 */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String REFUSAL_TYPE = "urn:chancery:refusal:";
  private static final String FAILURE_TYPE = "urn:chancery:failure:";
  private static final Pattern WAIT = Pattern.compile("wait (\\d{1,9}) s\\b.*");

  private Problems() {}

  /** The answer to whatever a handler or its future threw. */
  static Answer of(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    return cause instanceof RefusedException refusal ? refused(refusal) : failed(cause);
  }

  /** The answer to a refusal, with the status of its kind (DESIGN section 6). */
  static Answer refused(RefusedException refusal) {
    return refused(refusal, status(refusal.reason().kind()), HttpFields.EMPTY);
  }

  /** The answer to a refusal with a status of HTTP's own, such as 405. */
  static Answer refused(RefusedException refusal, int status, HttpFields headers) {
    HttpFields.Mutable all = HttpFields.build(headers);
    Matcher wait = WAIT.matcher(refusal.remedy());
    if (refusal.reason().kind() == Refusal.Kind.RATE && wait.matches()) {
      all.put(HttpHeader.RETRY_AFTER, wait.group(1));
    }
    byte[] body = Json.object(json -> members(json, refusal, status));
    return new Answer(status, refusal.reason().name(), Answer.PROBLEM, body, all);
  }

  /** The answer to a list of which nothing was done: the first refusal, and every one. */
  static Answer refused(List<BulkOutcome.Entry> refusals) {
    RefusedException first = refusals.getFirst().refusal();
    int status = status(first.reason().kind());
    byte[] body =
        Json.object(
            json -> {
              members(json, first, status);
              json.writeArrayFieldStart("refusals");
              for (BulkOutcome.Entry each : refusals) {
                json.writeStartObject();
                json.writeStringField("keyid", each.key().hex());
                reasons(json, each.refusal());
                json.writeEndObject();
              }
              json.writeEndArray();
            });
    return new Answer(status, first.reason().name(), Answer.PROBLEM, body, HttpFields.EMPTY);
  }

  private static void members(JsonGenerator json, RefusedException refusal, int status)
      throws IOException {
    head(json, REFUSAL_TYPE + refusal.reason(), Titles.of(refusal.reason()), status);
    json.writeStringField("detail", sentence(refusal));
    reasons(json, refusal);
  }

  private static void reasons(JsonGenerator json, RefusedException refusal) throws IOException {
    json.writeStringField("control", refusal.reason().name());
    json.writeStringField("observed", refusal.observed());
    json.writeStringField("allowed", refusal.allowed());
    json.writeStringField("remedy", refusal.remedy());
    Version watermark = refusal.watermark();
    if (watermark != null) {
      json.writeNumberField("watermark", watermark.number());
    }
  }

  /** The answer to a failure; what the caller may not see goes to the log. */
  static Answer failed(Throwable cause) {
    Failure failure = Failure.of(cause);
    String reference = UUID.randomUUID().toString();
    if (failure == Failure.INTERNAL) {
      LOG.error("request failed, reference {}", reference, cause);
    } else {
      LOG.warn("request failed, reference {}: {}: {}", reference, failure, cause.toString());
    }
    return failed(failure, reference);
  }

  /** The answer to a failure that nobody threw. */
  static Answer failed(Failure failure, String reference) {
    HttpFields.Mutable headers = HttpFields.build();
    if (failure.retryAfterSeconds() > 0) {
      headers.put(HttpHeader.RETRY_AFTER, failure.retryAfterSeconds());
    }
    byte[] body =
        Json.object(
            json -> {
              head(json, FAILURE_TYPE + failure, failure.title(), status(failure));
              json.writeStringField("detail", failure.detail());
              json.writeStringField("failure", failure.name());
              json.writeStringField("reference", reference);
            });
    return new Answer(status(failure), failure.name(), Answer.PROBLEM, body, headers);
  }

  static int status(Refusal.Kind kind) {
    return switch (kind) {
      case ACCESS -> 403;
      case FORM -> 400;
      case SIZE -> 413;
      case UNKNOWN -> 404;
      case STATE -> 409;
      case RATE -> 429;
    };
  }

  private static int status(Failure failure) {
    return failure == Failure.INTERNAL ? 500 : 503;
  }

  private static void head(JsonGenerator json, String type, String title, int status)
      throws IOException {
    json.writeStringField("type", type);
    json.writeStringField("title", title);
    json.writeNumberField("status", status);
  }

  private static String sentence(RefusedException refusal) {
    return Titles.of(refusal.reason())
        + ": observed "
        + refusal.observed()
        + ", allowed "
        + refusal.allowed()
        + "; "
        + refusal.remedy();
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
