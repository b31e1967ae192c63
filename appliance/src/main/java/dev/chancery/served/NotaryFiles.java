package dev.chancery.served;

import dev.chancery.api.RepositoryName;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What notary-server serves, read as its clients read it. A GET has one effect there: a document
 * that has expired is signed anew.
 */
public final class NotaryFiles implements ServedFiles {
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
