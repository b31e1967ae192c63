package dev.chancery.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A CK_MECHANISM: its number and, where it takes one, a parameter of CK_ULONGs.
 *
 * @param parameter the parameter's fields in order; none for most mechanisms
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Mechanism(long type, long... parameter) {
  /** RSA-PSS over a SHA-256 digest, MGF1 with SHA-256, salt of 32 bytes. */
  static final Mechanism PSS_SHA256 =
      new Mechanism(Ckm.RSA_PKCS_PSS, Ckm.SHA256, Ckm.CKG_MGF1_SHA256, 32);

  MemorySegment in(Arena arena) {
    MemorySegment mechanism = arena.allocate(24, 8);
    mechanism.set(JAVA_LONG, 0, type);
    if (parameter.length > 0) {
      mechanism.set(ADDRESS, 8, arena.allocateFrom(JAVA_LONG, parameter));
      mechanism.set(JAVA_LONG, 16, 8L * parameter.length);
    }
    return mechanism;
  }
}
