package dev.chancery.hsm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a token says of itself (CK_TOKEN_INFO).
 *
 * @param identity label and serial number, without their padding
 * @param slot the slot's number now; it may differ in another process
 * @param flags the CKF_ bits; see {@link #flagNames()}
 * @param freePrivateMemory bytes, if the token tells
 * @param totalPrivateMemory bytes, if the token tells
 */
public record TokenInfo(
    TokenIdentity identity,
    String manufacturer,
    String model,
    long slot,
    long flags,
    Optional<Long> freePrivateMemory,
    Optional<Long> totalPrivateMemory) {
  private static final long TOKEN_INITIALIZED = 0x400;

  private enum Flag {
    CKF_WRITE_PROTECTED(0x2),
    CKF_LOGIN_REQUIRED(0x4),
    CKF_USER_PIN_INITIALIZED(0x8),
    CKF_PROTECTED_AUTHENTICATION_PATH(0x100),
    CKF_TOKEN_INITIALIZED(TOKEN_INITIALIZED),
    CKF_USER_PIN_COUNT_LOW(0x10000),
    CKF_USER_PIN_FINAL_TRY(0x20000),
    CKF_USER_PIN_LOCKED(0x40000),
    CKF_USER_PIN_TO_BE_CHANGED(0x80000),
    CKF_SO_PIN_COUNT_LOW(0x100000),
    CKF_SO_PIN_FINAL_TRY(0x200000),
    CKF_SO_PIN_LOCKED(0x400000),
    CKF_SO_PIN_TO_BE_CHANGED(0x800000),
    CKF_ERROR_STATE(0x1000000);

    private final long bit;

    Flag(long bit) {
      this.bit = bit;
    }
  }

  /** Whether the token has been initialised, so that it has a label and an SO PIN. */
  public boolean initialized() {
    return (flags & TOKEN_INITIALIZED) != 0;
  }

  /**
   * The flags an operator cares about by their standard names, such as CKF_USER_PIN_LOCKED,
   * CKF_USER_PIN_FINAL_TRY or CKF_USER_PIN_COUNT_LOW.
   */
  public List<String> flagNames() {
    List<String> names = new ArrayList<>();
    for (Flag flag : Flag.values()) {
      if ((flags & flag.bit) != 0) {
        names.add(flag.name());
      }
    }
    return List.copyOf(names);
  }
}
