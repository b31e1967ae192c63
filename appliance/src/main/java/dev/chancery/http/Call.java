package dev.chancery.http;

import dev.chancery.access.Caller;
import dev.chancery.api.Quote;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** One authenticated request, its body already here. */
final class Call {
  private static final Pattern JSON =
      Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?");

  private final Context context;
  private final Caller caller;
  private final byte[] body;

  Call(Context context) {
    this.context = context;
    this.caller = Objects.requireNonNull(context.attribute(Gate.CALLER), "no gate before routes");
    this.body = Objects.requireNonNull(context.attribute(Gate.BODY), "no gate before routes");
  }

  Caller caller() {
    return caller;
  }

  String path(String parameter) {
    return context.pathParam(parameter);
  }

  /** The members of the JSON body. */
  Bodies json(Set<String> known) {
    query(Set.of());
    String type = Objects.requireNonNullElse(context.header("Content-Type"), "");
    if (!type.equals("application/json")
        && !JSON.matcher(type.toLowerCase(Locale.ROOT)).matches()) {
      throw Bodies.invalid("content type " + Quote.of(type), "application/json");
    }
    if (context.header("Content-Encoding") != null) {
      throw Bodies.invalid("a content encoding", "a body as it is");
    }
    return Bodies.json(body, known);
  }

  /** The parameters of a request that has no body. */
  Bodies queryOnly(Set<String> known) {
    if (body.length > 0) {
      throw Bodies.invalid("a body of " + body.length + " bytes", "no body here");
    }
    return query(known);
  }

  private Bodies query(Set<String> known) {
    return context.queryString() == null
        ? Bodies.NONE
        : Bodies.query(context.queryParamMap(), known);
  }
}
