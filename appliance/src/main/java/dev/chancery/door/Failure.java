package dev.chancery.door;

import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.LedgerException;
import dev.chancery.signing.ForeignSigner;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/** What broke, where nothing was refused; each name is the one that answers and metrics use. */
public enum Failure {
  /** The token did not sign. */
  TOKEN_UNAVAILABLE(
      5,
      "The token did not answer",
      "the token could not be used; what was recorded stays, send the same bytes again"),
  /** The old signer, which still holds this key, did not sign. */
  UPSTREAM_UNAVAILABLE(
      5,
      "The old signer did not answer",
      "this key is still in the old signer, which could not be used; what was recorded stays, send"
          + " the same bytes again"),
  /** The ledger could not be written or read. */
  LEDGER_UNAVAILABLE(
      5,
      "The ledger cannot be written",
      "the ledger could not be used, so nothing was signed; send the same request again"),
  /** The answer took too long. */
  DEADLINE_EXCEEDED(
      1,
      "The answer took too long",
      "no answer in the time a request may take; what was recorded stays, send the same bytes again"),
  /** More is asked than can be done. */
  OVERLOADED(1, "Too much is asked at once", "too many requests wait already; send it again"),
  /** The server is being stopped. */
  STOPPING(
      5, "The appliance is stopping", "no new requests are taken; send it again, or elsewhere"),
  /** Anything nobody foresaw. */
  INTERNAL(
      0, "Something unforeseen went wrong", "the appliance's log says more under this reference");

  private final int retryAfterSeconds;
  private final String title;
  private final String detail;

  Failure(int retryAfterSeconds, String title, String detail) {
    this.retryAfterSeconds = retryAfterSeconds;
    this.title = title;
    this.detail = detail;
  }

  /** What {@code cause} is an instance of. */
  public static Failure of(Throwable cause) {
    return switch (cause) {
      case TokenException token when token.ckr().startsWith(ForeignSigner.FAILURE) ->
          UPSTREAM_UNAVAILABLE;
      case TokenException _ -> TOKEN_UNAVAILABLE;
      case LedgerException _ -> LEDGER_UNAVAILABLE;
      case TimeoutException _ -> DEADLINE_EXCEEDED;
      case RejectedExecutionException _ -> OVERLOADED;
      default -> INTERNAL;
    };
  }

  /** When it is worth asking again; 0 if nobody knows. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** A short sentence that never varies. */
  public String title() {
    return title;
  }

  /** One sentence for the caller; it names nothing of the inside. */
  public String detail() {
    return detail;
  }
}
