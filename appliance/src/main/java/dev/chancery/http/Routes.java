package dev.chancery.http;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.door.Backend;
import dev.chancery.door.LedgerPages;
import dev.chancery.keys.OldKey;
import dev.chancery.ledger.RowFilter;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.WatermarkFile;
import dev.chancery.signing.SigningRequest;
import dev.chancery.signing.SigningRequest.KeySelector;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What each path does: reads the request, strictly, and gives back the work to be done. The two are
 * apart because what is refused while reading has been seen by nobody else and goes on the record
 * here.
 */
final class Routes {
  /** The work of a request that has been read. */
  @FunctionalInterface
  interface Work {
    CompletableFuture<Answer> start();
  }

  private static final int MAX_REASON = 300;

  /** What P-384 is called (RULES T-9). */
  private static final Set<String> P384 = Set.of("ecdsa-sha2-nistp384", "ecdsa-p384", "p384");

  private static final long MAX_SEQUENCE = 9_999_999_999_999_999L;
  private static final int USUAL_ROWS = 100;

  private final Backend backend;

  Routes(Backend backend) {
    this.backend = backend;
  }

  Work sign(Call call, Role role) {
    SigningRequest request = signingRequest(call, role);
    return () -> backend.sign(call.caller(), request).thenApply(Answers::of);
  }

  Work check(Call call, Role role) {
    SigningRequest request = signingRequest(call, role);
    return () -> backend.check(call.caller(), request).thenApply(Answers::of);
  }

  Work createKey(Call call) {
    Bodies body = call.json(Set.of("dialect", "repository", "role", "algorithm"));
    Dialect dialect = body.required("dialect", Dialect::of);
    RepositoryName repository = body.required("repository", RepositoryName::new);
    Role role = body.required("role", Role::of);
    Algorithm algorithm = body.required("algorithm", Routes::algorithm);
    return () ->
        backend
            .createKey(call.caller(), dialect, repository, role, algorithm)
            .thenApply(Answers::key);
  }

  Work keys(Call call) {
    Bodies query = call.queryOnly(Set.of("repository", "role"));
    RepositoryName repository = query.optional("repository", RepositoryName::new);
    Role role = query.optional("role", Role::of);
    return () ->
        CompletableFuture.completedFuture(
            Answers.keys(backend.keys(call.caller(), repository, role)));
  }

  Work key(Call call) {
    call.queryOnly(Set.of());
    KeyId id = keyId(call);
    return () -> CompletableFuture.completedFuture(Answers.key(backend.key(call.caller(), id)));
  }

  Work freeze(Call call) {
    KeyId id = keyId(call);
    String reason = call.json(Set.of("reason")).required("reason", Routes::reason);
    return () -> backend.freeze(call.caller(), id, reason).thenApply(Answers::key);
  }

  Work adopt(Call call) {
    Bodies body =
        call.json(Set.of("dialect", "repository", "role", "algorithm", "keyid", "publicKey"));
    Dialect dialect = body.required("dialect", Dialect::of);
    Algorithm algorithm = body.required("algorithm", Algorithm::of);
    byte[] publicKey =
        body.required(
            "publicKey",
            text ->
                MetadataDialects.of(dialect).subjectPublicKeyInfo(algorithm, Bodies.base64(text)));
    KeyId named = body.required("keyid", KeyId::new);
    KeyId computed = MetadataDialects.of(dialect).keyId(algorithm, publicKey);
    if (!named.equals(computed)) {
      throw Bodies.invalid(
          "key id " + Quote.of(named.hex()), "that of the public key, " + Quote.of(computed.hex()));
    }
    OldKey key =
        new OldKey(
            dialect,
            body.required("repository", RepositoryName::new),
            body.required("role", Role::of),
            algorithm,
            new PublicKeyInfo(publicKey));
    return () -> backend.adopt(call.caller(), key).thenApply(Answers::key);
  }

  Work start(Call call) {
    Bodies body = call.json(Set.of("repository", "timestamp", "snapshot", "reason"));
    RepositoryName repository = body.required("repository", RepositoryName::new);
    Version timestamp = body.optional("timestamp", Routes::version);
    Version snapshot = body.optional("snapshot", Routes::version);
    String reason = body.required("reason", Routes::reason);
    return () ->
        backend
            .registerStart(call.caller(), repository, timestamp, snapshot, reason)
            .thenApply(Answers::repository);
  }

  Work repositories(Call call) {
    RepositoryName repository =
        call.queryOnly(Set.of("repository")).optional("repository", RepositoryName::new);
    return () ->
        CompletableFuture.completedFuture(
            Answers.repositories(backend.repositories(call.caller(), repository)));
  }

  Work retire(Call call) {
    Bodies body = call.json(Set.of("repository", "reason"));
    RepositoryName repository = body.required("repository", RepositoryName::new);
    String reason = body.required("reason", Routes::reason);
    return () -> backend.retire(call.caller(), repository, reason).thenApply(Answers::repository);
  }

  Work custody(Call call) {
    Bodies body = call.json(Set.of("repository", "custody", "reason"));
    RepositoryName repository = body.required("repository", RepositoryName::new);
    Custody custody = body.required("custody", Custody::of);
    String reason = body.required("reason", Routes::reason);
    return () ->
        backend
            .setCustody(call.caller(), repository, custody, reason)
            .thenApply(Answers::repository);
  }

  Work due(Call call) {
    RepositoryName repository =
        call.queryOnly(Set.of("repository")).optional("repository", RepositoryName::new);
    return () ->
        CompletableFuture.completedFuture(Answers.due(backend.due(call.caller(), repository)));
  }

  Work root(Call call) {
    Bodies body = call.json(Set.of("repository", "root", "reason"));
    RepositoryName repository = body.required("repository", RepositoryName::new);
    byte[] file = body.required("root", Bodies::base64);
    String reason = body.required("reason", Routes::reason);
    return () ->
        backend.addRoot(call.caller(), repository, file, reason).thenApply(Answers::repository);
  }

  Work watermarks(Call call) {
    RepositoryName repository =
        call.queryOnly(Set.of("repository")).optional("repository", RepositoryName::new);
    return () ->
        CompletableFuture.completedFuture(
            Answers.watermarks(backend.ledgerId(), backend.watermarks(call.caller(), repository)));
  }

  Work rebase(Call call) {
    Bodies body = call.json(Set.of("list", "digest", "reason"));
    RebaseList list = body.required("list", text -> RebaseList.parse(Bodies.base64(text)));
    Sha256 digest = body.required("digest", Sha256::fromHex);
    String reason = body.required("reason", Routes::reason);
    return () -> backend.rebase(call.caller(), list, digest, reason).thenApply(Answers::of);
  }

  Work rebaseLedger(Call call) {
    String reason = call.json(Set.of("reason")).required("reason", Routes::reason);
    return () -> backend.rebaseLedger(call.caller(), reason).thenApply(Answers::resumed);
  }

  Work sealBackup(Call call) {
    Bodies body = call.json(Set.of("rows", "headHash", "contentSha256"));
    long rows = body.required("rows", text -> number(text, 1, Long.MAX_VALUE));
    Sha256 head = body.required("headHash", Sha256::fromHex);
    Sha256 content = body.required("contentSha256", Sha256::fromHex);
    return () -> backend.sealBackup(call.caller(), rows, head, content).thenApply(Answers::seal);
  }

  Work importWatermarks(Call call, boolean judgeOnly) {
    Bodies body = call.json(Set.of("watermarks", "reason"));
    WatermarkFile file =
        body.required("watermarks", text -> WatermarkFile.parse(Bodies.base64(text)));
    String reason = body.required("reason", Routes::reason);
    return () ->
        backend.importWatermarks(call.caller(), file, reason, judgeOnly).thenApply(Answers::of);
  }

  Work makeCheckpoint(Call call) {
    call.queryOnly(Set.of());
    return () -> backend.makeCheckpoint(call.caller()).thenApply(Answers::checkpoint);
  }

  Work newestCheckpoint(Call call) {
    call.queryOnly(Set.of());
    return () ->
        CompletableFuture.completedFuture(
            Answers.checkpoint(backend.newestCheckpoint(call.caller())));
  }

  Work rows(Call call) {
    Bodies query =
        call.queryOnly(
            Set.of(
                "repository", "keyid", "caller", "refused", "since", "until", "before", "limit"));
    RepositoryName repository = query.optional("repository", RepositoryName::new);
    KeyId key = query.optional("keyid", KeyId::new);
    RowFilter filter =
        new RowFilter(
            repository == null ? null : repository.value(),
            key == null ? null : key.hex(),
            query.optional("caller", text -> text),
            Boolean.TRUE.equals(query.optional("refused", Routes::truth)),
            query.optional("since", Routes::time),
            query.optional("until", Routes::time));
    Long before = query.optional("before", text -> number(text, 0, MAX_SEQUENCE));
    Long limit = query.optional("limit", text -> number(text, 1, LedgerPages.MAX_ROWS));
    return () ->
        CompletableFuture.completedFuture(
            Answers.rows(
                backend.rows(
                    call.caller(),
                    filter,
                    before == null ? Long.MAX_VALUE : before,
                    limit == null ? USUAL_ROWS : limit.intValue())));
  }

  Work confirmClock(Call call) {
    call.queryOnly(Set.of());
    return () -> backend.confirmClock(call.caller()).thenApply(Answers::clock);
  }

  private static SigningRequest signingRequest(Call call, Role role) {
    Bodies body =
        call.json(
            role == Role.TIMESTAMP
                ? Set.of("keyid", "repository", "signed", "snapshot", "targets")
                : Set.of("keyid", "repository", "signed"));
    return new SigningRequest(
        role,
        selector(body),
        body.required("signed", Bodies::base64),
        body.optional("snapshot", Bodies::base64),
        body.optional("targets", Bodies::base64));
  }

  private static KeySelector selector(Bodies body) {
    if (body.has("keyid") == body.has("repository")) {
      throw Bodies.invalid(
          body.has("keyid") ? "both keyid and repository" : "neither keyid nor repository",
          "one of them");
    }
    return body.has("keyid")
        ? new KeySelector.ById(body.required("keyid", KeyId::new))
        : new KeySelector.ByRepository(body.required("repository", RepositoryName::new));
  }

  private static KeyId keyId(Call call) {
    String text = call.path("keyid");
    try {
      return new KeyId(text);
    } catch (IllegalArgumentException e) {
      throw Bodies.invalid("key id " + Quote.of(text), "64 lower-case hexadecimal digits");
    }
  }

  private static Version version(String text) {
    if (!text.matches("[1-9][0-9]{0,9}") || Long.parseLong(text) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a version from 1 to 2147483647 in decimal digits");
    }
    return new Version(Integer.parseInt(text));
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a time such as 2026-08-01T00:00:00Z", e);
    }
  }

  private static long number(String text, long min, long max) {
    if (!text.matches("0|[1-9][0-9]{0,15}")
        || Long.parseLong(text) < min
        || Long.parseLong(text) > max) {
      throw new IllegalArgumentException(
          "a number from " + min + " to " + max + " in decimal digits");
    }
    return Long.parseLong(text);
  }

  // Somebody who asks for it should hear why, not that nobody has heard of it.
  private static Algorithm algorithm(String text) {
    if (P384.contains(text)) {
      throw new RefusedException(
          Refusal.ALGORITHM_NOT_ALLOWED,
          "algorithm " + Quote.of(text),
          "ecdsa (P-256), ed25519, rsa-2048, rsa-3072, rsa-4096, as far as the token has them",
          "take P-256: of the clients tuf-js verifies P-384 with SHA-256 and refuses what is right,"
              + " and sigstore-java does not verify it at all");
    }
    return Algorithm.of(text);
  }

  private static String reason(String text) {
    if (text.isBlank()
        || text.length() > MAX_REASON
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a reason of 1 to " + MAX_REASON + " characters on one line");
    }
    return text;
  }
}
