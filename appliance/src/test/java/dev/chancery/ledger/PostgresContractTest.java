package dev.chancery.ledger;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

class PostgresContractTest extends LedgerContract {
  private @Nullable PostgresPlace place;

  @Override
  LedgerBench.Place newPlace() {
    place = PostgresServer.shared().newDatabase();
    return new PostgresLedgerTest.InDatabase(place);
  }

  @Override
  LedgerReader reader() {
    return PostgresLedger.reader(Objects.requireNonNull(place));
  }
}
