package dev.chancery.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The page through which a test tells a running process where to stop or to fail (torture.h). */
public final class Control {
  /** CKR_DEVICE_ERROR. */
  public static final long DEVICE_ERROR = 0x30;

  /** A signature that does not verify, instead of a CK_RV. */
  public static final long WRONG_SIGNATURE = 1;

  /** Errors of the disk. */
  public static final int EIO = 5;

  /** No space left. */
  public static final int ENOSPC = 28;

  /** Read-only file system. */
  public static final int EROFS = 30;

  private static final int PAGE = 4096;
  private static final int ACTIONS = 8;
  private static final int ACTED = 16;
  private static final int SIGN_FAULT = 17;
  private static final int SYNC_HANGS = 18;
  private static final int WRITE_ERRNO = 19;
  private static final int SYNC_ERRNO = 20;
  private static final int SIGNS = 21;
  private static final int SIGN_MILLIS = 23;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  /** Where a process can be stopped, with the numbers of torture.h. */
  public enum Point {
    /** Before the write-ahead log is synced: the transaction is not durable. */
    SYNC_BEGIN(0),
    /** After it: durable, and nobody was told. */
    SYNC_END(1),
    /** In C_Sign, before the token is asked. */
    SIGN_BEGIN(2),
    /** In C_Sign, with the signature made. */
    SIGN_END(3),
    /** Before the first sync after a signature was made. */
    SYNC_AFTER_SIGN(4),
    /** After a data object was made, before the older one goes. */
    OBJECT_MADE(5);

    /** Those in the path of each signature. */
    public static final List<Point> OF_A_SIGNATURE =
        List.of(SYNC_BEGIN, SYNC_END, SIGN_BEGIN, SIGN_END, SYNC_AFTER_SIGN);

    private final int number;

    Point(int number) {
      this.number = number;
    }
  }

  /** What happens there; the numbers are those of torture.h. */
  public enum Action {
    /** SIGKILL. */
    KILL(1),
    /** SIGSTOP. */
    STOP(2);

    private final int number;

    Action(int number) {
      this.number = number;
    }
  }

  private final MappedByteBuffer page;

  Control(Path file) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      page = channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE);
      page.order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When the process comes to {@code point} for the {@code nth} time from now on. */
  public void at(Point point, int nth, Action action) {
    set(ACTIONS + point.number, action.number);
    set(point.number, nth);
  }

  /** How often it has acted. */
  public long acted() {
    return get(ACTED);
  }

  /** Waits until it has acted {@code times} times. */
  public void awaitActed(long times) {
    await(() -> acted() >= times, () -> "the process never came to where it was to stop");
  }

  /** Waits until {@code condition} holds, 20 s at most. */
  public static void await(BooleanSupplier condition, Supplier<String> otherwise) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException(otherwise.get());
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting", e);
      }
    }
  }

  /**
   * From now on each signature fails.
   *
   * @param fault {@link #WRONG_SIGNATURE}, a CK_RV, or 0 for none
   */
  public void signFault(long fault) {
    set(SIGN_FAULT, fault);
  }

  /** From now on each signature takes this much longer. */
  public void signTakes(Duration longer) {
    set(SIGN_MILLIS, longer.toMillis());
  }

  /** From now on no sync returns, or they do again. */
  public void syncHangs(boolean hangs) {
    set(SYNC_HANGS, hangs ? 1 : 0);
  }

  /** From now on each write fails with this errno, or with 0 none. */
  public void writeFails(int errno) {
    set(WRITE_ERRNO, errno);
  }

  /** From now on each sync fails with this errno, or with 0 none. */
  public void syncFails(int errno) {
    set(SYNC_ERRNO, errno);
  }

  /** How many C_Sign the token was asked for, over all processes. */
  public long signs() {
    return get(SIGNS);
  }

  private void set(int slot, long value) {
    page.putLong(slot * Long.BYTES, value);
  }

  private long get(int slot) {
    return page.getLong(slot * Long.BYTES);
  }
}
