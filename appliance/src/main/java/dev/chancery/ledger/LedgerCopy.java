package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.policy.KeyState;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a whole ledger as of one read transaction, in a form that is the same for every store: an
 * export of all rows, then what the rules remember beside them ({@link KeptLine}).
 */
final class LedgerCopy {
  private final LedgerStore store;
  private final LedgerTree tree;
  private final OutputStream out;

  LedgerCopy(LedgerStore store, LedgerTree tree, OutputStream out) {
    this.store = store;
    this.tree = tree;
    this.out = out;
  }

  void write() throws SQLException, IOException {
    if (store.settings.swept() > 0) {
      throw new LedgerException(
          "rows before "
              + store.settings.swept()
              + " are in segments and no longer in the ledger: a copy of all of it cannot be made."
              + " Stop the server and copy its files, and keep the segments");
    }
    new LedgerExport(store, tree).write(0, Long.MAX_VALUE, out);
    try {
      writeKeys();
      store.callers.each((caller, budget) -> line(KeptLine.of(caller, budget)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void writeKeys() throws SQLException {
    Map<Integer, String> ids = new HashMap<>();
    for (KeyRecord key : store.keys.all()) {
      String id = key.id().hex();
      ids.put(key.number(), id);
      Optional<KeyState> state = store.states.get(key.number());
      state.ifPresent(known -> line(KeptLine.of(id, known)));
    }
    store.seen.each(
        (key, name, hash, seen) -> {
          String id = ids.get(key);
          if (id == null) {
            throw new LedgerException("a hash is kept of key number " + key + ", which is not");
          }
          line(KeptLine.of(id, name, hash, seen));
        });
  }

  private void line(byte[] bytes) {
    try {
      out.write(bytes);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
