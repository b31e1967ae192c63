package dev.chancery.http;

import dev.chancery.api.RefusedException;
import dev.chancery.api.Role;
import dev.chancery.door.Backend;
import dev.chancery.door.Deadlines;
import dev.chancery.door.DoorMetrics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Binds paths to routes and sees that every request gets exactly one answer, counted and timed. */
final class Door {
  @FunctionalInterface
  private interface Route {
    Routes.Work read(Call call);
  }

  private final Backend backend;
  private final DoorMetrics metrics;
  private final Deadlines deadlines;

  Door(Backend backend, DoorMetrics metrics, Deadlines deadlines) {
    this.backend = backend;
    this.metrics = metrics;
    this.deadlines = deadlines;
  }

  void bind(RoutesConfig config) {
    Routes routes = new Routes(backend);
    post(config, "/v1/sign/timestamp", "sign-timestamp", c -> routes.sign(c, Role.TIMESTAMP));
    post(config, "/v1/sign/snapshot", "sign-snapshot", c -> routes.sign(c, Role.SNAPSHOT));
    post(config, "/v1/check/timestamp", "check", c -> routes.check(c, Role.TIMESTAMP));
    post(config, "/v1/check/snapshot", "check", c -> routes.check(c, Role.SNAPSHOT));
    post(config, "/v1/keys", "create-key", routes::createKey);
    get(config, "/v1/keys", "read-keys", routes::keys);
    post(config, "/v1/keys/adopt", "adopt-key", routes::adopt);
    get(config, "/v1/keys/{keyid}", "read-keys", routes::key);
    post(config, "/v1/keys/{keyid}/freeze", "freeze-key", routes::freeze);
    get(config, "/v1/repositories", "read-repositories", routes::repositories);
    post(config, "/v1/repositories/start", "adopt-key", routes::start);
    post(config, "/v1/repositories/retire", "retire-repository", routes::retire);
    post(config, "/v1/repositories/custody", "set-custody", routes::custody);
    get(config, "/v1/repositories/due", "read-repositories", routes::due);
    post(config, "/v1/repositories/root", "add-root", routes::root);
    get(config, "/v1/watermarks", "read-watermarks", routes::watermarks);
    post(
        config, "/v1/watermarks/check", "import-watermarks", c -> routes.importWatermarks(c, true));
    post(
        config,
        "/v1/watermarks/import",
        "import-watermarks",
        c -> routes.importWatermarks(c, false));
    post(config, "/v1/rebase", "rebase", routes::rebase);
    post(config, "/v1/rebase/ledger", "rebase", routes::rebaseLedger);
    post(config, "/v1/backups", "backup", routes::sealBackup);
    get(config, "/v1/audit", "read-ledger", routes::rows);
    post(config, "/v1/audit/checkpoints", "make-checkpoint", routes::makeCheckpoint);
    get(config, "/v1/audit/checkpoints/newest", "read-checkpoints", routes::newestCheckpoint);
    post(config, "/v1/clock/confirm", "confirm-clock", routes::confirmClock);
    config.exception(HttpResponseException.class, this::noRoute);
    config.exception(Exception.class, (e, context) -> write(context, Problems.of(e)));
  }

  private void post(RoutesConfig config, String path, String operation, Route route) {
    config.addHttpHandler(
        HandlerType.POST, path, context -> serve(context, path, operation, route));
  }

  private void get(RoutesConfig config, String path, String operation, Route route) {
    config.addHttpHandler(HandlerType.GET, path, context -> serve(context, path, operation, route));
  }

  private void serve(Context context, String path, String operation, Route route) {
    long start = System.nanoTime();
    String label = context.method() + " " + path;
    CompletableFuture<Answer> answer = answer(new Call(context), operation, route);
    if (answer.isDone()) {
      write(context, label, start, answer.join());
      return;
    }
    // A copy has the deadline: the work itself goes on and its record stays.
    CompletableFuture<Answer> timed = answer.copy();
    deadlines.watch(timed);
    context.future(
        () ->
            timed
                .exceptionally(Problems::of)
                .thenAccept(result -> write(context, label, start, result)));
  }

  /** Never fails: what is thrown has become an answer. */
  private CompletableFuture<Answer> answer(Call call, String operation, Route route) {
    Routes.Work work;
    try {
      work = route.read(call);
    } catch (RefusedException refusal) {
      backend.refused(call.caller().name(), operation, refusal);
      return CompletableFuture.completedFuture(Problems.refused(refusal));
    }
    try {
      return work.start().exceptionally(Problems::of);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(Problems.of(e));
    }
  }

  /** No such path, or not with this method. */
  private void noRoute(HttpResponseException e, Context context) {
    RefusedException refusal = ErrorAnswers.refusal(e.getStatus());
    backend.refused(new Call(context).caller().name(), "request", refusal);
    HttpFields.Mutable headers = HttpFields.build();
    String methods = e.getDetails().get("availableMethods");
    if (methods != null) {
      headers.put(HttpHeader.ALLOW, methods);
    }
    Answer answer = Problems.refused(refusal, e.getStatus(), headers);
    metrics.answered(DoorMetrics.NO_ROUTE, answer.outcome(), 0);
    write(context, answer);
  }

  private void write(Context context, String route, long start, Answer answer) {
    metrics.answered(route, answer.outcome(), System.nanoTime() - start);
    write(context, answer);
  }

  private static void write(Context context, Answer answer) {
    context.status(answer.status());
    answer.headers().forEach(field -> context.header(field.getName(), field.getValue()));
    context.header("Cache-Control", "no-store");
    context.contentType(answer.contentType());
    context.result(answer.body());
  }
}
