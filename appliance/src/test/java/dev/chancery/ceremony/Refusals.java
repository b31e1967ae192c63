package dev.chancery.ceremony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import org.junit.jupiter.api.function.Executable;

/** Asserts that something is refused, and for what. */
public final class Refusals {
  private Refusals() {}

  public static RefusedException refused(Refusal reason, Executable action) {
    RefusedException refusal = assertThrows(RefusedException.class, action);
    assertEquals(reason, refusal.reason(), refusal.getMessage());
    return refusal;
  }
}
