package dev.chancery;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time the appliance lives by.
 *
 * @param wall dates what is signed and recorded
 * @param nanoTime never jumps; the wall clock is held against it (RULES F-7)
 */
public record Clocks(InstantSource wall, LongSupplier nanoTime) {
  /** The machine's. */
  public static final Clocks SYSTEM = new Clocks(InstantSource.system(), System::nanoTime);
}
