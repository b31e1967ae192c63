package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyAttributeCheckTest {
  private static Map<Cka, byte[]> asRequired() {
    Map<Cka, byte[]> values = new EnumMap<>(Cka.class);
    KeyAttributeCheck.REQUIRED.forEach(
        (attribute, value) -> values.put(attribute, new byte[] {(byte) (value ? 1 : 0)}));
    return values;
  }

  private static void check(Map<Cka, byte[]> values) {
    KeyAttributeCheck.check("k", KeyAttributeCheck.booleans(values));
  }

  private static void assertRefused(Map<Cka, byte[]> values, String message) {
    var thrown = assertThrows(TokenException.class, () -> check(values));
    assertEquals("KEY_ATTRIBUTES", thrown.ckr());
    assertEquals("KEY_ATTRIBUTES: key \"k\" is not usable: " + message, thrown.getMessage());
  }

  @Test
  void aKeyWithEveryAttributeAsRequiredPasses() {
    assertDoesNotThrow(() -> check(asRequired()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Cka.class,
      names = {
        "CKA_TOKEN",
        "CKA_PRIVATE",
        "CKA_SENSITIVE",
        "CKA_ALWAYS_SENSITIVE",
        "CKA_NEVER_EXTRACTABLE",
        "CKA_LOCAL",
        "CKA_SIGN"
      })
  void whatMustBeTrueMayNotBeFalse(Cka attribute) {
    Map<Cka, byte[]> values = asRequired();
    values.put(attribute, new byte[] {0});
    assertRefused(values, attribute + " is false, must be true");
  }

  @ParameterizedTest
  @EnumSource(
      value = Cka.class,
      names = {
        "CKA_EXTRACTABLE",
        "CKA_MODIFIABLE",
        "CKA_SIGN_RECOVER",
        "CKA_DECRYPT",
        "CKA_UNWRAP",
        "CKA_DERIVE"
      })
  void whatMustBeFalseMayNotBeTrue(Cka attribute) {
    Map<Cka, byte[]> values = asRequired();
    values.put(attribute, new byte[] {1});
    assertRefused(values, attribute + " is true, must be false");
  }

  @ParameterizedTest
  @EnumSource(
      value = Cka.class,
      names = {
        "CKA_TOKEN",
        "CKA_PRIVATE",
        "CKA_SENSITIVE",
        "CKA_EXTRACTABLE",
        "CKA_ALWAYS_SENSITIVE",
        "CKA_NEVER_EXTRACTABLE",
        "CKA_LOCAL"
      })
  void theSevenThatShowWhereAKeyComesFromMustBeTold(Cka attribute) {
    Map<Cka, byte[]> values = asRequired();
    values.remove(attribute);
    boolean wanted = attribute != Cka.CKA_EXTRACTABLE;
    assertRefused(values, attribute + " is not told, must be " + wanted);
  }

  @Test
  void aByteThatATokenLeftUntouchedIsNotTakenForFalse() {
    Map<Cka, byte[]> values = asRequired();
    values.put(Cka.CKA_EXTRACTABLE, new byte[] {(byte) 0xFF});
    assertRefused(values, "CKA_EXTRACTABLE is not told, must be false");
  }

  @Test
  void whatMakesNoSenseForAKeyTypeMayBeAbsent() {
    Map<Cka, byte[]> values = asRequired();
    values.remove(Cka.CKA_DECRYPT);
    values.remove(Cka.CKA_SIGN_RECOVER);
    assertDoesNotThrow(() -> check(values));
  }

  @Test
  void everyFaultIsNamed() {
    Map<Cka, byte[]> values = asRequired();
    values.put(Cka.CKA_EXTRACTABLE, new byte[] {1});
    values.put(Cka.CKA_LOCAL, new byte[] {0});
    assertRefused(
        values, "CKA_EXTRACTABLE is true, must be false; CKA_LOCAL is false, must be true");
  }
}
