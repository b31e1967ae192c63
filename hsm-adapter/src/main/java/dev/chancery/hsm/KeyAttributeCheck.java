package dev.chancery.hsm;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which attributes a private key must have to be used. Seven must be there: they show that the key
 * was made inside the token and can never leave it. The rest say that it only signs and cannot be
 * altered; PKCS#11 lets a token leave those out that make no sense for a key type (CKA_DECRYPT of
 * an EC key), so they are checked where present.
 */
final class KeyAttributeCheck {
  private static final Set<Cka> MANDATORY =
      Set.of(
          Cka.CKA_TOKEN,
          Cka.CKA_PRIVATE,
          Cka.CKA_SENSITIVE,
          Cka.CKA_EXTRACTABLE,
          Cka.CKA_ALWAYS_SENSITIVE,
          Cka.CKA_NEVER_EXTRACTABLE,
          Cka.CKA_LOCAL);

  /** Each attribute and the value it must have, in the order in which they are reported. */
  static final Map<Cka, Boolean> REQUIRED = required();

  private KeyAttributeCheck() {}

  private static Map<Cka, Boolean> required() {
    Map<Cka, Boolean> required = new EnumMap<>(Cka.class);
    required.put(Cka.CKA_TOKEN, true);
    required.put(Cka.CKA_PRIVATE, true);
    required.put(Cka.CKA_SENSITIVE, true);
    required.put(Cka.CKA_EXTRACTABLE, false);
    required.put(Cka.CKA_ALWAYS_SENSITIVE, true);
    required.put(Cka.CKA_NEVER_EXTRACTABLE, true);
    required.put(Cka.CKA_LOCAL, true);
    required.put(Cka.CKA_MODIFIABLE, false);
    required.put(Cka.CKA_SIGN, true);
    required.put(Cka.CKA_SIGN_RECOVER, false);
    required.put(Cka.CKA_DECRYPT, false);
    required.put(Cka.CKA_UNWRAP, false);
    required.put(Cka.CKA_DERIVE, false);
    return required;
  }

  /** What differs for a key that was made elsewhere and put into the token. */
  private static final Map<Cka, Boolean> IMPORTED = imported();

  private static Map<Cka, Boolean> imported() {
    Map<Cka, Boolean> imported = new EnumMap<>(REQUIRED);
    imported.put(Cka.CKA_ALWAYS_SENSITIVE, false);
    imported.put(Cka.CKA_NEVER_EXTRACTABLE, false);
    imported.put(Cka.CKA_LOCAL, false);
    return imported;
  }

  /** The boolean attributes among {@code values}; a byte that is neither 0 nor 1 is none. */
  static KeyAttributes booleans(Map<Cka, byte[]> values) {
    SortedMap<String, Boolean> booleans = new TreeMap<>();
    for (Cka attribute : REQUIRED.keySet()) {
      byte[] value = values.get(attribute);
      if (value != null && value.length == 1 && (value[0] == 0 || value[0] == 1)) {
        booleans.put(attribute.name(), value[0] == 1);
      }
    }
    return new KeyAttributes(booleans);
  }

  /**
   * Passes or throws.
   *
   * @throws TokenException {@code KEY_ATTRIBUTES}, naming each attribute at fault, what the token
   *     says and what is required
   */
  static void check(String id, KeyAttributes attributes) {
    check(id, attributes, REQUIRED);
  }

  /** As {@link #check}, for a key that was made elsewhere and says so itself. */
  static void checkImported(String id, KeyAttributes attributes) {
    check(id, attributes, IMPORTED);
  }

  /** As the one of the two that the key itself says applies: whether it is CKA_LOCAL. */
  static void checkAsItSays(String id, KeyAttributes attributes) {
    boolean imported = Boolean.FALSE.equals(attributes.values().get(Cka.CKA_LOCAL.name()));
    check(id, attributes, imported ? IMPORTED : REQUIRED);
  }

  private static void check(String id, KeyAttributes attributes, Map<Cka, Boolean> required) {
    StringBuilder faults = new StringBuilder();
    required.forEach(
        (attribute, wanted) -> {
          Boolean is = attributes.values().get(attribute.name());
          boolean absent = is == null && MANDATORY.contains(attribute);
          if (absent || (is != null && !is.equals(wanted))) {
            faults.append(faults.isEmpty() ? "" : "; ").append(attribute);
            faults
                .append(absent ? " is not told" : " is " + is)
                .append(", must be ")
                .append(wanted);
          }
        });
    if (!faults.isEmpty()) {
      throw new TokenException("KEY_ATTRIBUTES", "key \"" + id + "\" is not usable: " + faults);
    }
  }
}
