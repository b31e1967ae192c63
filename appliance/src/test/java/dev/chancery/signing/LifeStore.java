package dev.chancery.signing;

import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.ledger.StoredLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** Where the ledger of a {@link RandomLife} is kept. */
interface LifeStore {
  /** Opens the ledger. */
  StoredLedger open(InstantSource clock);

  /** Reads it, beside those who have it open. */
  LedgerReader reader();

  /** A copy as SIGKILL leaves the original; whoever has that open writes nothing meanwhile. */
  LifeStore copy();

  /** SQLite files, each in a directory of its own. */
  record InFile(Path root, AtomicInteger copies, Path file) implements LifeStore {
    /** A new ledger below {@code root}. */
    static InFile create(Path root, InstantSource clock) {
      InFile made = new InFile(root, new AtomicInteger(), Path.of("none")).next();
      SqliteLedger.create(made.file, SigningBench.LEDGER_ID, clock.instant());
      return made;
    }

    private InFile next() {
      try {
        Path directory = Files.createDirectories(root.resolve("" + copies.getAndIncrement()));
        return new InFile(root, copies, directory.resolve("ledger.db"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public StoredLedger open(InstantSource clock) {
      return SqliteLedger.open(file, clock);
    }

    @Override
    public LedgerReader reader() {
      return LedgerReader.of(file);
    }

    @Override
    public LifeStore copy() {
      InFile copy = next();
      try {
        Files.copy(file, copy.file);
        Path log = file.resolveSibling("ledger.db-wal");
        if (Files.exists(log)) {
          Files.copy(log, copy.file.resolveSibling("ledger.db-wal"));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return copy;
    }
  }
}
