package dev.chancery.served;

import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import java.util.Optional;
import java.util.Set;

/**
 * Where metadata files of repositories are served. Every method throws {@link ServedException}
 * where the answer cannot be had; nothing is asked twice. Safe for many threads.
 */
public interface ServedFiles extends AutoCloseable {
  /** One of the files of a repository. */
  enum Document {
    ROOT("root"),
    TIMESTAMP("timestamp"),
    SNAPSHOT("snapshot");

    private final String id;

    Document(String id) {
      this.id = id;
    }

    /** Its TUF role, as it stands in names of files. */
    public String id() {
      return id;
    }

    /** The file of an online role. */
    public static Document of(Role role) {
      return switch (role) {
        case TIMESTAMP -> TIMESTAMP;
        case SNAPSHOT -> SNAPSHOT;
      };
    }
  }

  /** Its address or directory, for people. */
  String place();

  /** The file as it is served now; empty if there is none. */
  Optional<byte[]> current(RepositoryName repository, Document document);

  /**
   * The names of all repositories it has, where it tells them; they are as a stranger wrote them.
   */
  Optional<Set<String>> repositories();

  /** Whether it still has files that newer ones replaced. */
  boolean keepsVersions();

  /** The file of an earlier version; empty if there is none. */
  Optional<byte[]> version(RepositoryName repository, Document document, int version);

  @Override
  void close();
}
