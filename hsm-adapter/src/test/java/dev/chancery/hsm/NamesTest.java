package dev.chancery.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.ProviderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "0x000, CKR_OK",
    "0x030, CKR_DEVICE_ERROR",
    "0x0A0, CKR_PIN_INCORRECT",
    "0x0A4, CKR_PIN_LOCKED",
    "0x0B3, CKR_SESSION_HANDLE_INVALID",
    "0x101, CKR_USER_NOT_LOGGED_IN",
    "0x203, CKR_KEY_EXHAUSTED",
    "0x80000000, CKR_VENDOR_DEFINED",
    "0x80000001, CKR_0x80000001",
    "0x999, CKR_0x00000999",
  })
  void returnValuesHaveTheStandardsNames(String value, String name) {
    assertEquals(name, Ckr.name(Long.decode(value)));
  }

  @ParameterizedTest
  @CsvSource({
    "0x1041, CKM_ECDSA",
    "0x1057, CKM_EDDSA",
    "0x000D, CKM_RSA_PKCS_PSS",
    "0x210A, CKM_AES_KEY_WRAP_PAD",
    "0x8000ABCD, CKM_0x8000ABCD",
  })
  void mechanismsHaveTheStandardsNames(String value, String name) {
    assertEquals(name, Ckm.name(Long.decode(value)));
  }

  @Test
  void theCauseThatNamesACkrGivesTheName() {
    var inner = new IllegalStateException("CKR_ATTRIBUTE_SENSITIVE 0x11");
    var e = SunPkcs11Errors.of("sign", new ProviderException("Initialization failed", inner));
    assertEquals("CKR_ATTRIBUTE_SENSITIVE", e.ckr());
  }

  @Test
  void aTokenTakenAwayIsADeviceRemoved() {
    var e = SunPkcs11Errors.of("sign", new ProviderException("Token has been removed"));
    assertEquals("CKR_DEVICE_REMOVED", e.ckr());
  }

  @Test
  void whatNamesNoCkrIsAFailedFunction() {
    var e = SunPkcs11Errors.of("sign", new ProviderException());
    assertEquals("CKR_FUNCTION_FAILED", e.ckr());
    assertTrue(e.getCause() instanceof ProviderException);
  }
}
