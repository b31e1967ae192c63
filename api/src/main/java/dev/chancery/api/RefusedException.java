package dev.chancery.api;

import org.jspecify.annotations.Nullable;

/**
 * Policy says no. Carries what the caller needs to act: what was observed, what is allowed and what
 * to do next, all printable ASCII with values quoted. No stack trace: a refusal is an answer, not a
 * fault.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Refusal reason;
  private final String observed;
  private final String allowed;
  private final String remedy;
  private final @Nullable Version watermark;

  public RefusedException(Refusal reason, String observed, String allowed, String remedy) {
    this(reason, observed, allowed, remedy, null);
  }

  public RefusedException(
      Refusal reason, String observed, String allowed, String remedy, @Nullable Version watermark) {
    super(
        reason + ": observed " + observed + "; allowed " + allowed + "; " + remedy,
        null,
        false,
        false);
    this.reason = reason;
    this.observed = observed;
    this.allowed = allowed;
    this.remedy = remedy;
    this.watermark = watermark;
  }

  public Refusal reason() {
    return reason;
  }

  /** What the request held. */
  public String observed() {
    return observed;
  }

  /** What would have been accepted. */
  public String allowed() {
    return allowed;
  }

  /** What the caller can do next. */
  public String remedy() {
    return remedy;
  }

  /** The key's watermark, where the caller is authorised to learn it and it matters. */
  public @Nullable Version watermark() {
    return watermark;
  }
}
