package dev.chancery.push;

import dev.chancery.audit.SignedCheckpoint;
import java.io.IOException;

/** A place elsewhere that keeps checkpoints. */
public interface PushTarget extends AutoCloseable {
  /** What metrics call it: {@code directory} or {@code http}. */
  String name();

  /**
   * Has the place keep {@code checkpoint}; again is no harm. Blocks, for a bounded time.
   *
   * @throws IOException if it was not taken; the message says why
   * @throws InterruptedException if the thread is to end
   */
  void push(SignedCheckpoint checkpoint) throws IOException, InterruptedException;

  @Override
  default void close() {}
}
