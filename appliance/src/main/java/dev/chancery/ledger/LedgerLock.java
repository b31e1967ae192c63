package dev.chancery.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everybody else out of a ledger: other processes by a lock on a file beside it, this process
 * by a list of what it has open. The list comes first, for on POSIX systems the second channel on a
 * file, once closed, takes the first one's lock with it (see {@link java.nio.channels.FileLock}).
 */
final class LedgerLock implements AutoCloseable {
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path ledger;
  private final Path lockFile;
  private FileChannel channel;
  private @Nullable Object locked;

  private LedgerLock(Path ledger, Path lockFile, FileChannel channel) throws IOException {
    this.ledger = ledger;
    this.lockFile = lockFile;
    this.channel = channel;
    this.locked = identity(lockFile);
  }

  private static @Nullable Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * Makes sure that the file that is locked is still the one that others would lock. Where it was
   * deleted or replaced the lock is taken anew if nobody else has it; whoever had it meanwhile may
   * have written, so this call fails all the same, and the next need not.
   *
   * @throws LedgerException if it is not
   */
  synchronized void requireHeld() {
    try {
      if (Files.exists(lockFile) && Objects.equals(identity(lockFile), locked)) {
        return;
      }
      FileChannel again = locked(ledger, lockFile);
      channel.close();
      channel = again;
      locked = identity(lockFile);
    } catch (IOException e) {
      throw new LedgerException(lockFile + " cannot be locked: " + e.getMessage(), e);
    }
    throw new LedgerException(lockFile + " was deleted or replaced; it has been locked again");
  }

  /**
   * Locks {@code file}, which exists.
   *
   * @throws LedgerException if somebody has it, or the lock file cannot be made
   */
  static LedgerLock of(Path file) {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    try {
      Path ledger = file.toRealPath();
      if (!HELD_HERE.add(ledger)) {
        throw new LedgerException(file + " is in use by this process already");
      }
      try {
        return new LedgerLock(ledger, lockFile, locked(file, lockFile));
      } catch (IOException | RuntimeException e) {
        HELD_HERE.remove(ledger);
        throw e;
      }
    } catch (IOException e) {
      throw new LedgerException(lockFile + " cannot be locked: " + e.getMessage(), e);
    }
  }

  private static FileChannel locked(Path file, Path lockFile) throws IOException {
    FileChannel channel =
        FileChannel.open(
            lockFile,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // A copy of this class, from another class loader, has it: refused like any other.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new LedgerException(file + " is in use by another process");
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closing releases the lock; there is nothing else to do when the process is ending anyway.
    }
    HELD_HERE.remove(ledger);
  }
}
