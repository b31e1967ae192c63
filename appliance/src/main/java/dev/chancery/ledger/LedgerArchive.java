package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.audit.SignedNote;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.files.DurableFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/**
 * Moves the oldest rows of a ledger into a segment, in an order in which no crash loses any: the
 * segment is on the disk under its name and was read again and verified before the row of kind
 * {@code archive} is durable, and that is before the first row is deleted. What a crash leaves to
 * be deleted the next {@link #sweep} deletes.
 */
public final class LedgerArchive {
  /** So many rows are deleted in one transaction: a few milliseconds. */
  private static final int ROWS_AT_ONCE = 1_024;

  private final LedgerReader reader;
  private final StoredLedger ledger;

  public LedgerArchive(LedgerReader reader, StoredLedger ledger) {
    this.reader = reader;
    this.ledger = ledger;
  }

  /**
   * Rows to archive: whole blocks of 256, from the first that is not in a segment on.
   *
   * @param checkpoint the newest; it covers them
   */
  public record Plan(long first, long through, Checkpoint checkpoint) {}

  /** All but the newest {@code keep} rows, as far as the newest checkpoint covers them. */
  public Optional<Plan> allBut(long keep) {
    return plan(reader.head().sequence() + 1 - keep);
  }

  /**
   * All that was written before {@code time}: the blocks before the first that begins with a row of
   * then or later.
   */
  public Optional<Plan> before(Instant time) {
    // The last block that begins before that time may go on after it.
    return plan(reader.blocksBefore(reader.firstHere(), time) - TreeTable.BLOCK);
  }

  private Optional<Plan> plan(long end) {
    Optional<SignedCheckpoint> newest = reader.newestCheckpoint();
    long covered = newest.map(each -> each.checkpoint().treeSize()).orElse(0L);
    long blocks = Math.min(end, covered) / TreeTable.BLOCK * TreeTable.BLOCK;
    long first = reader.firstHere();
    return newest.isPresent() && blocks > first
        ? Optional.of(new Plan(first, blocks - 1, newest.get().checkpoint()))
        : Optional.empty();
  }

  /**
   * Writes the segment, reads it again and verifies it with the ledger's audit keys.
   *
   * @param file must not exist; it gets its name when all of it is on the disk
   * @throws LedgerException if it does not verify, or a file is there
   */
  public Segment write(Plan plan, Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Sha256 written;
    try (FileChannel channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      MessageDigest digest = sha256();
      try (OutputStream out =
          new BufferedOutputStream(
              new DigestOutputStream(Channels.newOutputStream(channel), digest), 1 << 16)) {
        reader.export(plan.first(), plan.through() + 1, out);
        out.flush();
        channel.force(true);
      }
      written = Sha256.fromBytes(digest.digest());
    }
    Segment segment = verified(plan, unfinished, written);
    DurableFiles.publish(unfinished, file);
    return segment;
  }

  private Segment verified(Plan plan, Path file, Sha256 written) throws IOException {
    List<VerificationKey> keys =
        reader.auditKeys().stream()
            .map(key -> VerificationKey.parse(key.algorithm(), key.publicKey().der()))
            .toList();
    MessageDigest digest = sha256();
    ExportVerification found;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      found = ExportVerifier.verify(in, keys, null, false);
    }
    boolean whole =
        found.ok()
            && found.from() == plan.first()
            && found.rows() == plan.through() + 1 - plan.first()
            && Sha256.fromBytes(digest.digest()).equals(written);
    if (!whole) {
      throw new LedgerException(
          file + " is not what was written, nothing was archived: " + found.findings());
    }
    Checkpoint by = checkpoint(file);
    return new Segment(
        plan.first(), plan.through(), by.treeSize(), by.rootHash(), Files.size(file), written);
  }

  /** That in the header, which was verified with the rows. */
  private static Checkpoint checkpoint(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = new ExportLines(in).next();
      byte[] note = ExportHeader.parse(header == null ? new byte[0] : header).note();
      return Checkpoint.parse(SignedNote.parse(note).text());
    }
  }

  /** Records that rows are in {@code segment}; from then on they may be deleted. */
  public void record(Segment segment, String caller, Instant now) {
    join(() -> ledger.archive(segment, caller, now).join());
  }

  /**
   * Deletes rows that are in segments and not needed, a few at a time, so that what is signed
   * meanwhile waits for no more than that.
   *
   * @return how many archived rows stay
   */
  public long sweep() {
    long end = reader.firstHere();
    long at = reader.swept();
    if (at >= end) {
      return 0;
    }
    SortedSet<Long> kept = reader.keptRows(at, end - 1);
    for (; at < end; at += ROWS_AT_ONCE) {
      long from = at;
      long until = Math.min(end, at + ROWS_AT_ONCE);
      SortedSet<Long> here = new TreeSet<>(kept.subSet(from, until));
      join(() -> ledger.sweep(from, until, here).join());
    }
    return kept.size();
  }

  private static void join(Runnable waiting) {
    try {
      waiting.run();
    } catch (CompletionException e) {
      if (e.getCause() instanceof LedgerException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
