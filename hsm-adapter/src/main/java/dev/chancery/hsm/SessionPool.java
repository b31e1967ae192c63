package dev.chancery.hsm;

import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Sessions for signing, one for each thread that is at it. One in which something failed is closed,
 * not used again: an operation may still be active in it.
 */
final class SessionPool {
  private final Cryptoki cryptoki;
  private final long slot;
  private final ConcurrentLinkedDeque<Long> idle = new ConcurrentLinkedDeque<>();

  SessionPool(Cryptoki cryptoki, long slot) {
    this.cryptoki = cryptoki;
    this.slot = slot;
  }

  /** What is done in a session. */
  interface Use<T> {
    T in(long session);
  }

  <T> T with(Use<T> use) {
    Long pooled = idle.poll();
    long session = pooled != null ? pooled : cryptoki.openSession(slot);
    T result;
    try {
      result = use.in(session);
    } catch (RuntimeException e) {
      try {
        cryptoki.closeSession(session);
      } catch (TokenException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
    idle.push(session);
    return result;
  }

  /** Closes the idle sessions; called when no thread is at it any more. */
  void close() {
    for (Long session = idle.poll(); session != null; session = idle.poll()) {
      cryptoki.closeSession(session);
    }
  }
}
