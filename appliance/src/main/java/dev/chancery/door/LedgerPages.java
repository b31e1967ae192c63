package dev.chancery.door;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.ledger.RowFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The record, page by page from the newest row backwards, for callers who may read it. Who may read
 * it for some repositories alone sees the rows about these and those that bind the record; whatever
 * else might name a repository that is none of his is left out.
 */
public final class LedgerPages {
  /** Most rows of a page. */
  public static final int MAX_ROWS = 1_000;

  /** Most rows that are looked at for a page, so that no filter makes the ledger be read whole. */
  static final int MAX_SCANNED = 20_000;

  private static final Set<String> BINDING = Set.of("genesis", "audit-key", "checkpoint");

  private final KeyAccess access;
  private final KeyRegistry registry;
  private final Ledger ledger;

  public LedgerPages(KeyAccess access, KeyRegistry registry, Ledger ledger) {
    this.access = access;
    this.registry = registry;
    this.ledger = ledger;
  }

  /**
   * A page.
   *
   * @param rows their exact bytes, in the order of the ledger
   * @param before where the page before it ends; empty if this one reaches the first row
   */
  public record Page(List<byte[]> rows, OptionalLong before) {
    public Page {
      rows = List.copyOf(rows);
    }
  }

  /**
   * The newest rows before {@code before} that {@code filter} wants and the caller may see.
   *
   * @param limit 1 to {@link #MAX_ROWS}
   * @throws dev.chancery.api.RefusedException ROLE_NOT_ALLOWED or REPOSITORY_NOT_ALLOWED
   */
  Page page(Caller caller, RowFilter filter, long before, int limit) {
    String repository = filter.repository();
    if (repository == null) {
      access.requireRole(caller, Operation.READ_LEDGER);
    } else {
      access.require(caller, Operation.READ_LEDGER, new RepositoryName(repository));
    }
    List<byte[]> newestFirst = new ArrayList<>();
    long[] reached = {0};
    int[] scanned = {0};
    ledger.rowsBefore(
        before,
        (sequence, body) -> {
          ParsedRow row = ParsedRow.of(body);
          if (filter.fits(row, this::repositoryOf) && maySee(caller, row)) {
            newestFirst.add(body);
          }
          reached[0] = sequence;
          scanned[0]++;
          return newestFirst.size() < limit && scanned[0] < MAX_SCANNED;
        });
    return new Page(
        newestFirst.reversed(),
        reached[0] == 0 ? OptionalLong.empty() : OptionalLong.of(reached[0]));
  }

  private boolean maySee(Caller caller, ParsedRow row) {
    return caller.mayEverywhere(Operation.READ_LEDGER)
        || BINDING.contains(row.text("kind"))
        || RowFilter.repositoryOf(row, this::repositoryOf)
            .filter(name -> caller.may(Operation.READ_LEDGER, new RepositoryName(name)))
            .isPresent();
  }

  private Optional<String> repositoryOf(String keyId) {
    return registry.find(new KeyId(keyId)).map(key -> key.record().repository().value());
  }
}
