package dev.chancery.hsm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads private keys and the certificates beside them. A search is linear in the token's objects
 * (20 to 40 µs each in SoftHSM), so {@link #all} takes two searches, whatever the number of keys.
 */
final class KeyReader {
  private static final Logger log = LoggerFactory.getLogger(KeyReader.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_ID_BYTES = 64;
  private static final int MAX_CERTIFICATE_BYTES = 8192;

  /** A key and its object handle. */
  record StoredKey(TokenKey key, long handle) {}

  private final Cryptoki cryptoki;

  KeyReader(Cryptoki cryptoki) {
    this.cryptoki = cryptoki;
  }

  /** Refuses what is no key id. */
  static void checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "a key id is 1 to 64 characters of A-Z a-z 0-9 . _ -, not \"" + id + "\"");
    }
  }

  /** Whether any object at all has this CKA_ID. */
  boolean used(long session, String id) {
    return cryptoki.find(session, new Template().with(Cka.CKA_ID, id)).length > 0;
  }

  /** The key of this id, checked; empty if there is no private key with it. */
  Optional<StoredKey> one(long session, String id) {
    long[] handles = privateKeys(session, new Template().with(Cka.CKA_ID, id));
    if (handles.length == 0) {
      return Optional.empty();
    }
    if (handles.length > 1) {
      throw new TokenException(
          "ID_AMBIGUOUS", handles.length + " private keys have the CKA_ID \"" + id + "\"");
    }
    KeyAttributes attributes = KeyAttributeCheck.booleans(privateKey(session, handles[0]));
    KeyAttributeCheck.checkAsItSays(id, attributes);
    Map<String, byte[]> publicKeys = publicKeys(session, new Template().with(Cka.CKA_ID, id));
    return Optional.of(stored(id, attributes, publicKeys.get(id), handles[0]));
  }

  /** Every key that can be used, by id; those that cannot are named in the log. */
  List<StoredKey> all(long session) {
    Map<String, byte[]> publicKeys = publicKeys(session, new Template());
    List<StoredKey> keys = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (long handle : privateKeys(session, new Template())) {
      Map<Cka, byte[]> values = privateKey(session, handle);
      Optional<String> id = id(values);
      if (id.isEmpty()) {
        log.warn("a private key is left aside: its CKA_ID is not one of ours");
        continue;
      }
      if (!seen.add(id.get())) {
        twice.add(id.get());
      }
      usable(id.get(), values, publicKeys.get(id.get()), handle).ifPresent(keys::add);
    }
    twice.forEach(id -> log.warn("keys left aside: several have the CKA_ID {}", id));
    keys.removeIf(stored -> twice.contains(stored.key().id()));
    keys.sort(Comparator.comparing(stored -> stored.key().id()));
    return List.copyOf(keys);
  }

  private static Optional<StoredKey> usable(
      String id, Map<Cka, byte[]> values, byte @Nullable [] publicKey, long handle) {
    try {
      KeyAttributes attributes = KeyAttributeCheck.booleans(values);
      KeyAttributeCheck.checkAsItSays(id, attributes);
      return Optional.of(stored(id, attributes, publicKey, handle));
    } catch (TokenException e) {
      log.warn("key left aside: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static StoredKey stored(
      String id, KeyAttributes attributes, byte @Nullable [] publicKey, long handle) {
    if (publicKey == null) {
      throw new TokenException(
          "KEY_INCOMPLETE", "no certificate with the CKA_ID \"" + id + "\" tells its public key");
    }
    if (publicKey.length == 0) {
      throw new TokenException(
          "ID_AMBIGUOUS", "certificates of two public keys have the CKA_ID \"" + id + "\"");
    }
    KeySpec spec = SpecMechanisms.specOf(SubjectPublicKeyInfo.getInstance(publicKey));
    return new StoredKey(new TokenKey(id, spec, publicKey, attributes), handle);
  }

  private long[] privateKeys(long session, Template template) {
    return cryptoki.find(session, template.with(Cka.CKA_CLASS, Cka.CKO_PRIVATE_KEY));
  }

  /** CKA_ID and the boolean attributes of a private key, in one call. */
  Map<Cka, byte[]> privateKey(long session, long handle) {
    Map<Cka, Integer> capacities = new EnumMap<>(Cka.class);
    capacities.put(Cka.CKA_ID, MAX_ID_BYTES);
    KeyAttributeCheck.REQUIRED.keySet().forEach(attribute -> capacities.put(attribute, 1));
    return cryptoki.attributes(session, handle, capacities);
  }

  /**
   * SubjectPublicKeyInfo of the matching certificates by CKA_ID; empty bytes where certificates of
   * one id disagree.
   */
  private Map<String, byte[]> publicKeys(long session, Template template) {
    Map<Cka, Integer> capacities =
        Map.of(Cka.CKA_ID, MAX_ID_BYTES, Cka.CKA_VALUE, MAX_CERTIFICATE_BYTES);
    Map<String, byte[]> publicKeys = new HashMap<>();
    for (long handle : cryptoki.find(session, template.with(Cka.CKA_CLASS, Cka.CKO_CERTIFICATE))) {
      Map<Cka, byte[]> values = cryptoki.attributes(session, handle, capacities);
      byte[] certificate = values.get(Cka.CKA_VALUE);
      if (certificate == null) {
        continue;
      }
      id(values)
          .ifPresent(
              id ->
                  publicKey(certificate)
                      .ifPresent(
                          key ->
                              publicKeys.merge(
                                  id, key, (a, b) -> Arrays.equals(a, b) ? a : new byte[0])));
    }
    return publicKeys;
  }

  private static Optional<byte[]> publicKey(byte[] certificate) {
    try {
      return Optional.of(
          new X509CertificateHolder(certificate).getSubjectPublicKeyInfo().getEncoded());
    } catch (IOException | RuntimeException e) {
      log.warn("a certificate in the token cannot be read: {}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<String> id(Map<Cka, byte[]> values) {
    byte[] bytes = values.get(Cka.CKA_ID);
    if (bytes == null) {
      return Optional.empty();
    }
    String id = new String(bytes, StandardCharsets.ISO_8859_1);
    return ID.matcher(id).matches() ? Optional.of(id) : Optional.empty();
  }
}
