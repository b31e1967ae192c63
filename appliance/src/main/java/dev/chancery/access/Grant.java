package dev.chancery.access;

import dev.chancery.api.RepositoryName;
import java.util.List;
import java.util.Set;

/** What one entry of {@code access.yaml} allows: each of the operations, in each repository. */
record Grant(Set<Operation> operations, List<RepositoryPattern> repositories) {
  Grant {
    operations = Set.copyOf(operations);
    repositories = List.copyOf(repositories);
  }

  boolean includes(Operation operation) {
    return operations.contains(operation);
  }

  boolean includes(Operation operation, RepositoryName repository) {
    return includes(operation) && repositories.stream().anyMatch(p -> p.matches(repository));
  }
}
