package dev.chancery.hsm;

import java.util.SortedMap;

/**
 * The attributes of a private key as read back from the token (PKCS#11 v2.40 sections 4.4 to 4.9).
 *
 * @param values attribute name, such as {@code CKA_SENSITIVE}, to the value the token gave; an
 *     attribute the token does not know is absent
 */
public record KeyAttributes(SortedMap<String, Boolean> values) {}
