package dev.chancery.hsm;

import java.util.List;

/**
 * Small values that a token keeps beside its keys: data objects (CKO_DATA) with CKA_APPLICATION
 * {@code chancery}, PRIVATE, so that only a logged-in user reads or writes them, and not
 * MODIFIABLE. A value is replaced by a new object before the old one goes, so at no moment there is
 * none; after a crash in between there are two. Safe for many threads.
 */
public interface TokenData {
  /** The longest value, in bytes. */
  int MAX_DATA_BYTES = 4096;

  /**
   * All values under {@code label}, in no order, read from the token now; the caller chooses among
   * them. One that is longer than {@link #MAX_DATA_BYTES}, or that the token keeps to itself, is
   * given as no bytes. Blocks.
   *
   * @throws TokenException with the CKR name if the token cannot be read
   */
  List<byte[]> data(String label);

  /**
   * Puts {@code value} under {@code label}, reads it back, and then destroys every other object of
   * that label. Blocks.
   *
   * @param label 1 to 64 characters of {@code [A-Za-z0-9._-]}
   * @param value 1 to {@link #MAX_DATA_BYTES} bytes
   * @throws TokenException {@code DATA_UNSUPPORTED} if this token keeps no such objects, {@code
   *     DATA_LOST} if the new object does not read back, or with the CKR name; the older values are
   *     then still there
   */
  void replaceData(String label, byte[] value);
}
