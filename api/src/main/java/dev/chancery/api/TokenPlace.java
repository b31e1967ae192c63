package dev.chancery.api;

/**
 * Where in which token a private key is.
 *
 * @param label label of the token
 * @param serial its serial number
 * @param keyId CKA_ID of the key there
 * @param attributes fingerprint of the key's attributes when it came on the record
 */
public record TokenPlace(String label, String serial, String keyId, Sha256 attributes) {}
