package dev.chancery.hsm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a token until it is open. Two rungs: the module as it is loaded, which cures dead sessions
 * and handles; and a fresh copy of the module, which cures a module whose own state is dead or in
 * which threads hang. In between it waits 100 ms, then twice as long each time, up to 5 s.
 */
final class TokenRecovery {
  private static final Logger log = LoggerFactory.getLogger(TokenRecovery.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(60);

  private final Supplier<Optional<Path>> freshModule;
  private final Function<Path, SigningToken> opener;
  private Path module;
  private @Nullable Thread running;
  private boolean closed;

  /**
   * @param module where the library is
   * @param freshModule a copy of it, if one may be made now
   * @param opener opens the token through the library at a path
   */
  TokenRecovery(
      Path module, Supplier<Optional<Path>> freshModule, Function<Path, SigningToken> opener) {
    this.module = module;
    this.freshModule = freshModule;
    this.opener = opener;
  }

  /** One attempt through the module in use, which may take 60 s. */
  SigningToken openNow() {
    Path path;
    synchronized (this) {
      path = module;
    }
    CompletableFuture<SigningToken> opening = new CompletableFuture<>();
    inBackground("open", () -> openInto(opening, path));
    try {
      return TokenThreads.await("open", OPEN_LIMIT, opening);
    } catch (TokenException e) {
      opening.cancel(false);
      throw e;
    }
  }

  private void openInto(CompletableFuture<SigningToken> opening, Path path) {
    try {
      SigningToken token = opener.apply(path);
      if (!opening.complete(token)) {
        token.close(); // nobody waits for it any more
      }
    } catch (Throwable e) {
      opening.completeExceptionally(e);
    }
  }

  /**
   * Begins to open the token on a thread of its own, unless that is being done already.
   *
   * @param cause what ended the last one's use
   * @param opened takes the open token
   * @param halted takes the reason why there will be no further attempt
   */
  synchronized void start(
      TokenException cause, Consumer<SigningToken> opened, Consumer<TokenException> halted) {
    if (running == null && !closed) {
      running = inBackground("recover", () -> recover(cause, opened, halted));
    }
  }

  private void recover(
      TokenException cause, Consumer<SigningToken> opened, Consumer<TokenException> halted) {
    TokenException last = cause;
    Duration pause = FIRST_PAUSE;
    // A thread that hangs in the module would make this one hang too.
    boolean stuck = cause.ckr().equals("TIMEOUT");
    while (true) {
      if (stuck) {
        takeFreshModule();
      }
      try {
        SigningToken token = openNow();
        if (finished()) {
          token.close();
        } else {
          opened.accept(token);
        }
        return;
      } catch (RuntimeException e) {
        last = asTokenException(e);
        log.info("opening the token again: {}", last.getMessage());
      }
      if (isAboutPin(last)) {
        finished();
        halted.accept(last);
        return;
      }
      stuck = true;
      if (!sleep(pause)) {
        return;
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  /** Marks the end of this recovery; true if everything has been closed meanwhile. */
  private synchronized boolean finished() {
    running = null;
    return closed;
  }

  private void takeFreshModule() {
    try {
      freshModule.get().ifPresent(this::use);
    } catch (TokenException e) {
      log.warn("{}", e.getMessage());
    }
  }

  private synchronized void use(Path fresh) {
    module = fresh;
  }

  private static TokenException asTokenException(RuntimeException e) {
    return e instanceof TokenException known
        ? known
        : new TokenException("FAILED", "opening the token: " + e, e);
  }

  /** Answers that count against the token's number of tries, or that only a person can change. */
  private static boolean isAboutPin(TokenException e) {
    return e.ckr().startsWith("CKR_PIN_") || e.ckr().equals("CKR_USER_PIN_NOT_INITIALIZED");
  }

  private synchronized boolean sleep(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    try {
      for (long left = pause.toMillis(); left > 0 && !closed; left = millisUntil(end)) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closed;
  }

  private static long millisUntil(long end) {
    return (end - System.nanoTime()) / 1_000_000;
  }

  /** Runs {@code task} on a daemon thread of its own, which a hung token may keep for ever. */
  Thread inBackground(String what, Runnable task) {
    return Thread.ofPlatform().daemon().name("token-" + what).start(task);
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
