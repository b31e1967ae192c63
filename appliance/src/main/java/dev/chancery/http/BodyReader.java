package dev.chancery.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a request's body up to a size and within a time, and holds no thread while it waits for
 * more. Exactly one of the four outcomes happens.
 *
 * <p>What is beyond the size is dropped, and the outcome waits for the end up to {@link
 * #mostRead(int)}: a connection that is closed while the client still sends may lose the answer.
 */
abstract class BodyReader {
  private static final byte[] NONE = new byte[0];

  private final Request request;
  private final int maxBytes;
  private final Duration time;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
  private final AtomicBoolean over = new AtomicBoolean();
  private long received;
  private Scheduler.@Nullable Task deadline;

  BodyReader(Request request, int maxBytes, Duration time) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.time = time;
  }

  /** Bytes of a body of at most {@code maxBytes} after which nobody waits for its end. */
  static long mostRead(int maxBytes) {
    return 2L * maxBytes;
  }

  /** The whole body is here. */
  abstract void complete(byte[] body);

  /** There are {@code atLeast} bytes or more, which is too many. */
  abstract void oversize(long atLeast);

  /** The body did not arrive in time. */
  abstract void late();

  /** The body is not HTTP, or its sender broke off. */
  abstract void broken();

  /** Called once, and then by the server whenever more has come; never by two threads at once. */
  final void read() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        awaitMore();
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        finish(chunk.getFailure() instanceof TimeoutException ? this::late : this::broken);
        return;
      }
      boolean last = chunk.isLast();
      byte[] bytes = bytes(chunk);
      received += bytes.length;
      boolean tooLarge = received > maxBytes;
      if (tooLarge && (last || received > mostRead(maxBytes))) {
        finish(() -> oversize(maxBytes + 1L));
        return;
      }
      if (last) {
        byte[] body = whole(bytes);
        finish(() -> complete(body));
        return;
      }
      if (!tooLarge) {
        gathered.write(bytes, 0, bytes.length);
      }
    }
  }

  private void awaitMore() {
    if (deadline == null) {
      // Most bodies come in one piece with the headers and never get here.
      deadline =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::expire, time.toMillis(), TimeUnit.MILLISECONDS);
    }
    request.demand(this::read);
  }

  /** Makes the pending demand come back with a failure, in its own thread. */
  private void expire() {
    if (over.compareAndSet(false, true)) {
      request.fail(new TimeoutException("body took longer than " + time));
    }
  }

  private void finish(Runnable outcome) {
    if (deadline != null) {
      deadline.cancel();
    }
    if (over.compareAndSet(false, true)) {
      outcome.run();
    } else {
      late();
    }
  }

  private byte[] whole(byte[] last) {
    if (gathered.size() == 0) {
      return last;
    }
    gathered.write(last, 0, last.length);
    return gathered.toByteArray();
  }

  private static byte[] bytes(Content.Chunk chunk) {
    try {
      ByteBuffer buffer = chunk.getByteBuffer();
      if (!buffer.hasRemaining()) {
        return NONE;
      }
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } finally {
      chunk.release();
    }
  }
}
