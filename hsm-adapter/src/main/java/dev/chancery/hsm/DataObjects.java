package dev.chancery.hsm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Data objects of the application {@code chancery} (PKCS#11 v2.40, section 4.5). */
final class DataObjects {
  private static final String APPLICATION = "chancery";
  private static final int ATTEMPTS = 3;

  /** What tokens say to a template of a kind of object that they do not keep. */
  private static final Set<String> NOT_KEPT =
      Set.of(
          "CKR_ACTION_PROHIBITED",
          "CKR_ATTRIBUTE_READ_ONLY",
          "CKR_ATTRIBUTE_TYPE_INVALID",
          "CKR_ATTRIBUTE_VALUE_INVALID",
          "CKR_FUNCTION_NOT_SUPPORTED",
          "CKR_TEMPLATE_INCOMPLETE",
          "CKR_TEMPLATE_INCONSISTENT",
          "CKR_TOKEN_WRITE_PROTECTED");

  private final Cryptoki cryptoki;

  DataObjects(Cryptoki cryptoki) {
    this.cryptoki = cryptoki;
  }

  /** The values under {@code label}, as {@link TokenData#data} says. */
  List<byte[]> values(long session, String label) {
    for (int attempt = 1; ; attempt++) {
      try {
        List<byte[]> values = new ArrayList<>();
        for (long object : cryptoki.find(session, searched(label))) {
          values.add(value(session, object));
        }
        return values;
      } catch (TokenException e) {
        // Another process may have replaced it between search and reading.
        if (!e.ckr().equals("CKR_OBJECT_HANDLE_INVALID") || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private byte[] value(long session, long object) {
    byte[] value =
        cryptoki
            .attributes(session, object, Map.of(Cka.CKA_VALUE, TokenData.MAX_DATA_BYTES))
            .get(Cka.CKA_VALUE);
    return value == null ? new byte[0] : value;
  }

  /**
   * Creates, reads back, and destroys what was there before. Not what came meanwhile: of two
   * processes that replace at once each would destroy the other's, and none would be left.
   */
  void replace(long session, String label, byte[] value) {
    long[] before = cryptoki.find(session, searched(label));
    long created = create(session, label, value);
    if (!Arrays.equals(value, value(session, created))) {
      throw new TokenException("DATA_LOST", "the new data object does not read back as written");
    }
    for (long object : before) {
      destroy(session, object);
    }
  }

  private long create(long session, String label, byte[] value) {
    try {
      return cryptoki.createObject(
          session,
          searched(label)
              .with(Cka.CKA_PRIVATE, true)
              .with(Cka.CKA_MODIFIABLE, false)
              .with(Cka.CKA_VALUE, value));
    } catch (TokenException e) {
      throw NOT_KEPT.contains(e.ckr())
          ? new TokenException("DATA_UNSUPPORTED", "the token keeps no private data objects", e)
          : e;
    }
  }

  private void destroy(long session, long object) {
    try {
      cryptoki.destroyObject(session, object);
    } catch (TokenException e) {
      if (!e.ckr().equals("CKR_OBJECT_HANDLE_INVALID")) { // another process was first
        throw e;
      }
    }
  }

  private static Template searched(String label) {
    return new Template()
        .with(Cka.CKA_CLASS, Cka.CKO_DATA)
        .with(Cka.CKA_TOKEN, true)
        .with(Cka.CKA_APPLICATION, APPLICATION)
        .with(Cka.CKA_LABEL, label);
  }
}
