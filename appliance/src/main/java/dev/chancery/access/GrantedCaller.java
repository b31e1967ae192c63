package dev.chancery.access;

import dev.chancery.api.RepositoryName;
import java.util.List;

/**
 * A caller with all grants of the entries that name it. Grants are not mixed: the operations of one
 * are never allowed in the repositories of another.
 */
record GrantedCaller(String name, List<Grant> grants) implements Caller {
  GrantedCaller {
    grants = List.copyOf(grants);
  }

  @Override
  public boolean may(Operation operation) {
    return grants.stream().anyMatch(grant -> grant.includes(operation));
  }

  @Override
  public boolean mayEverywhere(Operation operation) {
    return grants.stream()
        .anyMatch(
            grant ->
                grant.includes(operation)
                    && grant.repositories().stream().anyMatch(RepositoryPattern::isAll));
  }

  @Override
  public boolean may(Operation operation, RepositoryName repository) {
    return grants.stream().anyMatch(grant -> grant.includes(operation, repository));
  }
}
