package dev.chancery.hsm;

/**
 * One mechanism of a token (CK_MECHANISM_INFO).
 *
 * @param name the standard's name, such as {@code CKM_ECDSA}, or {@code CKM_0x…}
 * @param type its number
 * @param minKeySize in bits or bytes, as the mechanism defines it
 * @param maxKeySize in bits or bytes, as the mechanism defines it
 * @param flags the CKF_ bits
 */
public record MechanismInfo(String name, long type, long minKeySize, long maxKeySize, long flags) {}
