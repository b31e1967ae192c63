package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.RepositoryName;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/** A caller whose grants the test decides. */
public record TestCaller(
    String name, Set<Operation> operations, Predicate<RepositoryName> repositories)
    implements Caller {
  /** May do everything everywhere. */
  public static final TestCaller ALL =
      new TestCaller("CN=notary-server", EnumSet.allOf(Operation.class), repository -> true);

  @Override
  public boolean may(Operation operation) {
    return operations.contains(operation);
  }

  @Override
  public boolean may(Operation operation, RepositoryName repository) {
    return may(operation) && repositories.test(repository);
  }
}
