package dev.chancery.ledger;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends LedgerContract {
  @TempDir Path directory;

  @Override
  LedgerBench.Place newPlace() {
    return LedgerBench.inFile(file());
  }

  @Override
  LedgerReader reader() {
    return LedgerReader.of(file());
  }

  private Path file() {
    return directory.resolve("ledger.db");
  }
}
