package dev.chancery.served;

import dev.chancery.api.RepositoryName;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.served.ServedException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metadata directory of one TUF repository (TUF specification 6.2): {@code timestamp.json}, the
 * newest {@code N.root.json}, and {@code N.snapshot.json} of the version that the timestamp names,
 * or the same without a number. Earlier timestamps are not kept there, so no earlier version is.
 */
public final class TufFiles implements ServedFiles {
  private static final int MAX_BYTES = 16 << 20;

  /** Roots that are followed from the first to the newest (as tuf-js and go-tuf: 256 at a time). */
  private static final int MAX_ROOTS = 1024;

  private interface Names {
    Optional<byte[]> get(String name);
  }

  private final String place;
  private final Names names;
  private final Runnable closing;

  private TufFiles(String place, Names names, Runnable closing) {
    this.place = place;
    this.names = names;
    this.closing = closing;
  }

  /**
   * Files below an address; as {@link NotaryFiles#open}.
   *
   * @param base the address of the directory that holds {@code timestamp.json}
   */
  public static TufFiles at(URI base, @Nullable Path ca, @Nullable String authorization) {
    URI directory = base.toString().endsWith("/") ? base : URI.create(base + "/");
    WebFiles web = WebFiles.open(directory, ca, authorization);
    return new TufFiles(base.toString(), web::get, web::close);
  }

  /** Files of a directory. */
  public static TufFiles in(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ServedException(Kind.INPUT, directory + " is no directory");
    }
    return new TufFiles(directory.toString(), name -> read(directory.resolve(name)), () -> {});
  }

  private static Optional<byte[]> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ServedException(Kind.ANSWER, file + " has more than " + MAX_BYTES + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new ServedException(Kind.ANSWER, file + " cannot be read", e);
    }
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public Optional<byte[]> current(RepositoryName repository, Document document) {
    return switch (document) {
      case TIMESTAMP -> names.get("timestamp.json");
      case SNAPSHOT -> snapshot();
      case ROOT -> root();
    };
  }

  private Optional<byte[]> snapshot() {
    Optional<Long> version = names.get("timestamp.json").flatMap(TufFiles::snapshotVersion);
    return version
        .flatMap(number -> names.get(number + ".snapshot.json"))
        .or(() -> names.get("snapshot.json"));
  }

  /** The root of that version. */
  public Optional<byte[]> root(long version) {
    return names.get(version + ".root.json");
  }

  private Optional<byte[]> root() {
    Optional<byte[]> newest = Optional.empty();
    for (int version = 1; version <= MAX_ROOTS; version++) {
      Optional<byte[]> next = names.get(version + ".root.json");
      if (next.isEmpty()) {
        break;
      }
      newest = next;
    }
    return newest.or(() -> names.get("root.json"));
  }

  /** The version of the snapshot that a timestamp names, where it names one. */
  private static Optional<Long> snapshotVersion(byte[] timestamp) {
    try {
      JsonValue value = StrictJson.parse(timestamp, StrictJson.Text.UNICODE);
      for (String name : new String[] {"signed", "meta", "snapshot.json", "version"}) {
        value = value instanceof JsonObject object ? object.get(name) : null;
      }
      return value instanceof JsonValue.JsonInteger(var number)
          ? Optional.of(number)
          : Optional.empty();
    } catch (MalformedJsonException e) {
      return Optional.empty(); // The timestamp is looked at for itself, and found wanting.
    }
  }

  @Override
  public Optional<Set<String>> repositories() {
    return Optional.empty();
  }

  @Override
  public boolean keepsVersions() {
    return false;
  }

  @Override
  public Optional<byte[]> version(RepositoryName repository, Document document, int version) {
    return Optional.empty();
  }

  @Override
  public void close() {
    closing.run();
  }
}
