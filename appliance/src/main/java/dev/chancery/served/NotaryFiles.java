package dev.chancery.served;

import dev.chancery.api.RepositoryName;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.canonical.MalformedJsonException;
import dev.chancery.canonical.StrictJson;
import dev.chancery.served.ServedException.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What notary-server serves, read as its clients read it. A GET has one effect there: a document
 * that has expired is signed anew.
 */
public final class NotaryFiles implements ServedFiles {
  /** As many changes as are asked for at once. */
  private static final int PAGE = 1000;

  private static final int MAX_PAGES = 1000;

  private final WebFiles web;

  private NotaryFiles(WebFiles web) {
    this.web = web;
  }

  /**
   * A client; nothing is sent yet.
   *
   * @param server such as {@code https://localhost:4443}; {@code http} to this machine alone
   * @param ca PEM: the authorities that may have given the server its certificate, no others;
   *     needed for {@code https}
   * @param authorization value of the header of that name, where the server asks for a login
   * @throws ServedException if the address is not of this kind or {@code ca} cannot be read
   */
  public static NotaryFiles open(URI server, @Nullable Path ca, @Nullable String authorization) {
    return new NotaryFiles(WebFiles.open(server, ca, authorization));
  }

  @Override
  public String place() {
    return web.base().toString();
  }

  @Override
  public Optional<byte[]> current(RepositoryName repository, Document document) {
    return web.get(path(repository, document.id() + ".json"));
  }

  // notary-server has no list, but a feed of changes, which tells each repository it ever had.
  @Override
  public Optional<Set<String>> repositories() {
    Set<String> names = new TreeSet<>();
    String after = "0";
    for (int page = 0; page < MAX_PAGES; page++) {
      List<JsonObject> changes = changes(after);
      if (changes.isEmpty()) {
        return Optional.of(names);
      }
      for (JsonObject change : changes) {
        if (text(change, "Category").equals("deletion")) {
          names.remove(text(change, "GUN"));
        } else {
          names.add(text(change, "GUN"));
        }
        after = text(change, "ID");
      }
    }
    throw new ServedException(
        Kind.ANSWER, "the trust server's feed of changes has more than " + MAX_PAGES + " pages");
  }

  private List<JsonObject> changes(String after) {
    String page = "/v2/_trust/changefeed?records=" + PAGE + "&change_id=" + WebFiles.encoded(after);
    byte[] answer =
        web.get(page)
            .orElseThrow(
                () -> new ServedException(Kind.ANSWER, "the trust server has no feed of changes"));
    try {
      if (StrictJson.parse(answer, StrictJson.Text.UNICODE) instanceof JsonObject object
          && object.get("records") instanceof JsonValue.JsonArray(var records)) {
        return records.stream()
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .toList();
      }
    } catch (MalformedJsonException e) {
      // Told below with every other answer that is no feed.
    }
    throw new ServedException(Kind.ANSWER, "the trust server's feed of changes cannot be read");
  }

  private static String text(JsonObject change, String name) {
    if (change.get(name) instanceof JsonValue.JsonString(var text)) {
      return text;
    }
    throw new ServedException(
        Kind.ANSWER, "the trust server's feed of changes has one without " + name);
  }

  @Override
  public boolean keepsVersions() {
    return true;
  }

  @Override
  public Optional<byte[]> version(RepositoryName repository, Document document, int version) {
    return web.get(path(repository, version + "." + document.id() + ".json"));
  }

  private static String path(RepositoryName repository, String file) {
    return Arrays.stream(repository.value().split("/", -1))
        .map(WebFiles::encoded)
        .collect(Collectors.joining("/", "/v2/", "/_trust/tuf/" + file));
  }

  @Override
  public void close() {
    web.close();
  }
}
