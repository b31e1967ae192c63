package dev.chancery.migrate;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.api.client.MutualTls;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialect;
import dev.chancery.metadata.MetadataDialects;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What notary-server serves, read as its clients read it. A GET has one effect there: a document
 * that has expired is signed anew.
 */
public final class TrustServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 16 << 20;
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  /** Documents of any age and size that notary-server may have made. */
  private static final FormOptions ANY_FORM = new FormOptions(true, 100_000);

  private final URI server;
  private final @Nullable String authorization;
  private final HttpClient http;

  private TrustServer(URI server, @Nullable String authorization, HttpClient http) {
    this.server = server;
    this.authorization = authorization;
    this.http = http;
  }

  /**
   * A client; nothing is sent yet.
   *
   * @param server such as {@code https://localhost:4443}
   * @param ca PEM: the authorities that may have given the server its certificate, no others
   * @param authorization value of the header of that name, where the server asks for a login
   * @throws MigrationException if the URL is not of this kind or {@code ca} cannot be read
   */
  public static TrustServer open(URI server, Path ca, @Nullable String authorization) {
    if (!"https".equals(server.getScheme()) || server.getHost() == null) {
      throw MigrationException.input(
          "the trust server is named like https://localhost:4443, not \"" + server + "\"");
    }
    try {
      HttpClient http =
          HttpClient.newBuilder()
              .connectTimeout(PATIENCE)
              .followRedirects(HttpClient.Redirect.NEVER)
              .sslContext(MutualTls.trustingOnly(ca))
              .build();
      return new TrustServer(server, authorization, http);
    } catch (IOException e) {
      throw MigrationException.input(
          "the trust server's authority cannot be read: " + e.getMessage());
    }
  }

  /**
   * What it serves for {@code repository}; empty if it knows no such repository.
   *
   * @throws MigrationException if it does not answer, or with no root that can be read
   */
  public Optional<Published> published(RepositoryName repository) {
    HttpResponse<byte[]> root = fetch(repository, "root");
    if (root.statusCode() == NOT_FOUND) {
      return Optional.empty();
    }
    if (root.statusCode() != OK) {
      throw MigrationException.input(problem(root.statusCode()) + " for the root of " + repository);
    }
    Map<KeyId, VerificationKey> known = new HashMap<>();
    Map<Role, Set<KeyId>> keys = new EnumMap<>(Role.class);
    try {
      JsonObject signed = object(StrictJson.parse(root.body(), StrictJson.Text.UNICODE), "signed");
      for (Role role : Role.values()) {
        keys.put(role, keyIds(object(object(signed, "roles"), role.id())));
        keys.get(role).forEach(id -> key(signed, id).ifPresent(key -> known.put(id, key)));
      }
    } catch (MalformedJsonException | IllegalArgumentException e) {
      throw MigrationException.input(
          "the root that the trust server serves for "
              + repository
              + " cannot be read: "
              + e.getMessage());
    }
    Map<Role, Version> versions = new EnumMap<>(Role.class);
    Map<Role, String> problems = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      try {
        versions.put(role, version(fetch(repository, role.id()), role, known));
      } catch (IllegalArgumentException e) {
        problems.put(role, String.valueOf(e.getMessage()));
      }
    }
    return Optional.of(new Published(keys, versions, problems));
  }

  @Override
  public void close() {
    http.close();
  }

  /** Verified under the keys of the root, so that no version is taken over that nobody signed. */
  private static Version version(
      HttpResponse<byte[]> document, Role role, Map<KeyId, VerificationKey> known) {
    if (document.statusCode() != OK) {
      throw new IllegalArgumentException(problem(document.statusCode()));
    }
    try {
      return MetadataDialects.of(Dialect.NOTARY)
          .verifyEnvelope(document.body(), role, ANY_FORM, id -> Optional.ofNullable(known.get(id)))
          .metadata()
          .version();
    } catch (RefusedException e) {
      throw new IllegalArgumentException(
          "what is served cannot be taken: " + e.reason() + ", " + e.observed(), e);
    }
  }

  private static Set<KeyId> keyIds(JsonObject role) {
    if (!(role.get("keyids") instanceof JsonValue.JsonArray(var values)) || values.isEmpty()) {
      throw new IllegalArgumentException("a role without keyids");
    }
    Set<KeyId> ids = new HashSet<>();
    for (JsonValue value : values) {
      if (!(value instanceof JsonValue.JsonString(var hex))) {
        throw new IllegalArgumentException("a keyid that is no text");
      }
      ids.add(new KeyId(hex));
    }
    return Set.copyOf(ids);
  }

  /** A key of the root, if it is of a kind that signs online documents. */
  private static Optional<VerificationKey> key(JsonObject root, KeyId id) {
    JsonObject key = object(object(root, "keys"), id.hex());
    if (!(key.get("keytype") instanceof JsonValue.JsonString(var type))
        || !(object(key, "keyval").get("public") instanceof JsonValue.JsonString(var text))) {
      throw new IllegalArgumentException("a key without keytype or public");
    }
    MetadataDialect notary = MetadataDialects.of(Dialect.NOTARY);
    byte[] encoded = Base64.getDecoder().decode(text);
    return Arrays.stream(Algorithm.values())
        .filter(algorithm -> algorithm.notaryKeyType().equals(type))
        .flatMap(algorithm -> parsed(notary, algorithm, encoded).stream())
        .filter(
            parsed -> notary.keyId(parsed.algorithm(), parsed.subjectPublicKeyInfo()).equals(id))
        .findFirst();
  }

  private static Optional<VerificationKey> parsed(
      MetadataDialect notary, Algorithm algorithm, byte[] encoded) {
    try {
      return Optional.of(
          VerificationKey.parse(algorithm, notary.subjectPublicKeyInfo(algorithm, encoded)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static JsonObject object(JsonValue parent, String name) {
    if (parent instanceof JsonObject object && object.get(name) instanceof JsonObject child) {
      return child;
    }
    throw new IllegalArgumentException("no object \"" + name + "\"");
  }

  private static String problem(int status) {
    return status == UNAUTHORIZED
        ? "the trust server asks for a login (401)"
        : "the trust server answered " + status;
  }

  private HttpResponse<byte[]> fetch(RepositoryName repository, String document) {
    String path =
        Arrays.stream(repository.value().split("/", -1))
            .map(TrustServer::encoded)
            .collect(Collectors.joining("/", "/v2/", "/_trust/tuf/" + document + ".json"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE).GET();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try {
      return http.send(
          request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    } catch (IOException e) {
      throw MigrationException.unavailable(
          "the trust server " + server + " gives no answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MigrationException.unavailable("interrupted while asking the trust server", e);
    }
  }

  /** One segment of a path. */
  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
