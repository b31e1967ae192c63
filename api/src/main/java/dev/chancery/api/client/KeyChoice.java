package dev.chancery.api.client;

import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;

/** Which key is to sign. */
public sealed interface KeyChoice {
  /** The key of that id. */
  record ById(KeyId id) implements KeyChoice {}

  /** The only active key of the repository and the role that is asked for. */
  record ByRepository(RepositoryName repository) implements KeyChoice {}
}
