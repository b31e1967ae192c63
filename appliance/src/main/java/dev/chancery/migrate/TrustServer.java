package dev.chancery.migrate;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialect;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.served.NotaryFiles;
import dev.chancery.served.ServedException;
import dev.chancery.served.ServedFiles;
import dev.chancery.served.ServedFiles.Document;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a notary-server serves, as far as the migration needs it. */
public final class TrustServer implements AutoCloseable {
  /** Documents of any age and size that notary-server may have made. */
  private static final FormOptions ANY_FORM = new FormOptions(true, 100_000);

  private final ServedFiles files;

  private TrustServer(ServedFiles files) {
    this.files = files;
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
    try {
      return new TrustServer(NotaryFiles.open(server, ca, authorization));
    } catch (ServedException e) {
      throw MigrationException.input(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What it serves for {@code repository}; empty if it knows no such repository.
   *
   * @throws MigrationException if it does not answer, or with no root that can be read
   */
  public Optional<Published> published(RepositoryName repository) {
    Optional<byte[]> root;
    try {
      root = fetch(repository, Document.ROOT);
    } catch (IllegalArgumentException e) {
      throw MigrationException.input(e.getMessage() + " for the root of " + repository);
    }
    return root.map(file -> published(repository, file));
  }

  private Published published(RepositoryName repository, byte[] root) {
    Map<KeyId, VerificationKey> known = new HashMap<>();
    Map<Role, Set<KeyId>> keys = new EnumMap<>(Role.class);
    try {
      JsonObject signed = object(StrictJson.parse(root, StrictJson.Text.UNICODE), "signed");
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
        versions.put(role, version(fetch(repository, Document.of(role)), role, known));
      } catch (IllegalArgumentException e) {
        problems.put(role, String.valueOf(e.getMessage()));
      }
    }
    return new Published(keys, versions, problems);
  }

  @Override
  public void close() {
    files.close();
  }

  /** Verified under the keys of the root, so that no version is taken over that nobody signed. */
  private static Version version(
      Optional<byte[]> document, Role role, Map<KeyId, VerificationKey> known) {
    byte[] file =
        document.orElseThrow(() -> new IllegalArgumentException("the trust server answered 404"));
    try {
      return MetadataDialects.of(Dialect.NOTARY)
          .verifyEnvelope(file, role, ANY_FORM, id -> Optional.ofNullable(known.get(id)))
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

  private Optional<byte[]> fetch(RepositoryName repository, Document document) {
    try {
      return files.current(repository, document);
    } catch (ServedException e) {
      String message = String.valueOf(e.getMessage());
      if (e.kind() == ServedException.Kind.AWAY) {
        throw MigrationException.unavailable(message, e);
      }
      throw new IllegalArgumentException(message, e);
    }
  }
}
