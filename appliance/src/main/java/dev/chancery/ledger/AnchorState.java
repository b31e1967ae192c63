package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.NoteKey;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * What a ledger says of itself when a checkpoint is held against it, as of one moment.
 *
 * @param ledgerId the ledger's own random name, 32 hexadecimal digits
 * @param size how many rows it has
 * @param epoch the highest of a checkpoint on its record; 0 if there is none
 * @param givenUp the highest epoch that a {@code ledger-re-base} gave up; 0 if there was none
 * @param keys its audit keys
 * @param swept of the rows before this one, which were archived, only some are there
 * @param rowHash the hash of a row, if it is there; good while the state is looked at
 * @param root the RFC 6962 root over its first rows, as far as their hashes are there; likewise
 */
public record AnchorState(
    String ledgerId,
    long size,
    long epoch,
    long givenUp,
    List<NoteKey> keys,
    long swept,
    LongFunction<Optional<Sha256>> rowHash,
    LongFunction<Optional<Sha256>> root) {
  public AnchorState {
    keys = List.copyOf(keys);
  }
}
