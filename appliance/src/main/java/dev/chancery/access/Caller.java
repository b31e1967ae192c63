package dev.chancery.access;

import dev.chancery.api.RepositoryName;

/** An authenticated client and what {@code access.yaml} grants it. */
public interface Caller {
  /** The name that stands in ledger rows: printable, at most 200 characters. */
  String name();

  /** Whether some grant includes {@code operation}, for at least one repository. */
  boolean may(Operation operation);

  /** Whether one grant includes {@code operation} for every repository, whatever its name. */
  default boolean mayEverywhere(Operation operation) {
    return false;
  }

  /** Whether one grant includes both {@code operation} and {@code repository}. */
  boolean may(Operation operation, RepositoryName repository);
}
