package dev.chancery.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.ledger.RefusalEntry;
import dev.chancery.ledger.RowFilter;
import dev.chancery.ledger.SqliteLedger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /v1/audit}: filters, pages, and what a caller of one repository sees. */
class LedgerPagesTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final RowFilter ALL = new RowFilter(null, null, null, false, null, null);

  @TempDir Path directory;

  private SqliteLedger ledger;
  private LedgerPages pages;

  /** Rows 1, 3, 5: repository a; 2, 4: repository b; 6: an operator's word; 7: a refusal. */
  @BeforeEach
  void write() {
    Path file = directory.resolve("ledger.db");
    SqliteLedger.create(file, "0123456789abcdef0123456789abcdef", START);
    ledger = SqliteLedger.open(file, () -> START);
    for (int row = 1; row <= 5; row++) {
      ledger
          .changeRepository(
              new RepositoryName(row % 2 == 1 ? "a" : "b"),
              was -> new RepositorySettings(was.name(), was.custody(), null, version(was)),
              "CN=operator",
              "test",
              START.plusSeconds(row))
          .join();
    }
    ledger.operatorAction("CN=boss", "noted", "row 6", START.plusSeconds(6)).join();
    ledger.refused(
        new RefusalEntry(
            START.plusSeconds(7),
            "CN=stranger",
            "sign-timestamp",
            null,
            null,
            null,
            new RefusedException(Refusal.REPOSITORY_NOT_ALLOWED, "repository b", "c", "ask")));
    ledger.probe(START).join(); // what was queued before it is written then
    KeyRegistry registry = KeyRegistry.load(ledger);
    pages = new LedgerPages(new KeyAccess(registry, ledger, () -> START), registry, ledger);
  }

  private static dev.chancery.api.Version version(RepositorySettings was) {
    return new dev.chancery.api.Version(
        was.snapshotStart() == null ? 1 : was.snapshotStart().number() + 1);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /** May read the ledger for {@code repository}; null: for all. */
  private record Reader(@Nullable String repository) implements Caller {
    @Override
    public String name() {
      return "CN=auditor";
    }

    @Override
    public boolean may(Operation operation) {
      return operation == Operation.READ_LEDGER;
    }

    @Override
    public boolean mayEverywhere(Operation operation) {
      return may(operation) && repository == null;
    }

    @Override
    public boolean may(Operation operation, RepositoryName name) {
      return may(operation) && (repository == null || repository.equals(name.value()));
    }
  }

  private static List<Long> numbers(LedgerPages.Page page) {
    return page.rows().stream().map(row -> ParsedRow.of(row).number("sequence")).toList();
  }

  @Test
  void pagesFollowEachOtherFromTheNewestToTheFirst() {
    Caller auditor = new Reader(null);
    LedgerPages.Page page = pages.page(auditor, ALL, Long.MAX_VALUE, 3);
    assertEquals(List.of(5L, 6L, 7L), numbers(page));
    page = pages.page(auditor, ALL, page.before().orElseThrow(), 3);
    assertEquals(List.of(2L, 3L, 4L), numbers(page));
    page = pages.page(auditor, ALL, page.before().orElseThrow(), 3);
    assertEquals(List.of(0L, 1L), numbers(page));
    assertEquals(OptionalLong.empty(), page.before());
  }

  @Test
  void filtersAreAsInAuditShow() {
    Caller auditor = new Reader(null);
    assertEquals(List.of(2L, 4L), of(auditor, new RowFilter("b", null, null, false, null, null)));
    assertEquals(List.of(6L), of(auditor, new RowFilter(null, null, "CN=boss", false, null, null)));
    assertEquals(List.of(7L), of(auditor, new RowFilter(null, null, null, true, null, null)));
    assertEquals(
        List.of(3L, 4L),
        of(
            auditor,
            new RowFilter(null, null, null, false, START.plusSeconds(3), START.plusSeconds(4))));
  }

  private List<Long> of(Caller caller, RowFilter filter) {
    return numbers(pages.page(caller, filter, Long.MAX_VALUE, 100));
  }

  @Test
  void whoMayReadOneRepositorySeesNothingOfAnother() {
    Caller auditor = new Reader("a");
    assertEquals(List.of(0L, 1L, 3L, 5L), of(auditor, ALL));
    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () -> of(auditor, new RowFilter("b", null, null, false, null, null)));
    assertEquals(Refusal.REPOSITORY_NOT_ALLOWED, refused.reason());
  }
}
