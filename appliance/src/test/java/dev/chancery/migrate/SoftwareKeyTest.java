package dev.chancery.migrate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.metadata.MetadataDialects;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Keys as notary-signer 0.7 wrote them into its table, both made for this test and never used. */
class SoftwareKeyTest {
  private static final byte[] PASSPHRASE = "test-only-passphrase".getBytes(UTF_8);
  private static final String ECDSA =
      "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NNIiwicDJjIjo4MTkyLCJwMnMi"
          + "OiJ3MFdQS3BNXzZLdll3ZmhkIn0.6_sydl3g_z6UFJHhr8fr4-rAOgyTj7t6I2epXGyQoLzb3UhKhK4Z"
          + "Iw.CIO8byYv-X5JfmOw.KsGBii8YSpr58ZVzReBlfsHtxg452zDVvHAt9xA2-FHp89nf8FgT8MPA3Irv"
          + "SYR9XAF9NrjjcGgKlWmxMTzWDikGGFui9g9Sh6NqlosTHlXeRu0kHaR7DCq02sn75celo8Yt37qipwaa"
          + "8elDITv49lgTWU7S_hs12g.Cw7FmuH_3MV7BaTh0qXIBQ";
  private static final String ECDSA_PUBLIC =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3FB+rtViTG14r4w0Q2ox+TQWRhmmrusOHa0nIJhNwnO6"
          + "PVJqCZT24uliLOq76Y0UXLVPH/DIhyWQfXaK/Dv/8A==";
  private static final String ED25519 =
      "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJlbmMiOiJBMjU2R0NNIiwicDJjIjo4MTkyLCJwMnMi"
          + "OiI2NGhDY0hUVzY5ZHk5ZjZIIn0.VwuoWsRgWw_xvyTJ-hKuS8BPjk_bv_MJ6fh-M-pNz_qCgMNpy8kZ"
          + "Og.j8KW7gk0tlAjqHJx.dOoVHDNoo1-2fg_lm0dBqoK88tYqWImzyHyrVo_mliMeNACFSOOGrsH0oUHT"
          + "X8svvGWjP3Mkwac815zX20UCd6jIcYS7ukxhUO7DjACftArytW5hLLSNycNdBPRoeocj.WdjKkXXHxm1"
          + "AbWmu6-yOLA";
  private static final String ED25519_PUBLIC = "8qw3uLtivj2lU1K0ORbj3wX1Qez8SSPxXYzOQM3e/js=";

  @Test
  void anEcdsaKeyBelongsToItsPublicHalf() throws GeneralSecurityException {
    try (SoftwareKey key = SoftwareKey.decrypt(ECDSA, PASSPHRASE.clone(), Algorithm.ECDSA)) {
      assertSigns(key, "EC", "SHA256withECDSA", Base64.getDecoder().decode(ECDSA_PUBLIC));
    }
  }

  @Test
  void anEd25519KeyBelongsToItsPublicHalf() throws GeneralSecurityException {
    byte[] publicKey =
        MetadataDialects.of(Dialect.NOTARY)
            .subjectPublicKeyInfo(Algorithm.ED25519, Base64.getDecoder().decode(ED25519_PUBLIC));
    try (SoftwareKey key = SoftwareKey.decrypt(ED25519, PASSPHRASE.clone(), Algorithm.ED25519)) {
      assertSigns(key, "Ed25519", "Ed25519", publicKey);
    }
  }

  @Test
  void closingOverwritesIt() {
    SoftwareKey key = SoftwareKey.decrypt(ECDSA, PASSPHRASE.clone(), Algorithm.ECDSA);
    byte[] bytes = key.pkcs8();
    key.close();
    assertArrayEquals(new byte[bytes.length], bytes);
  }

  @Test
  void anotherPassphraseIsNotTheOne() {
    MigrationException thrown = refused(ECDSA, "another".getBytes(UTF_8), Algorithm.ECDSA);
    assertTrue(String.valueOf(thrown.getMessage()).contains("is this the passphrase"));
  }

  @Test
  void anotherAlgorithmIsNotWithin() {
    MigrationException thrown = refused(ECDSA, PASSPHRASE.clone(), Algorithm.ED25519);
    assertEquals("what was decrypted is no ed25519 key", thrown.getMessage());
    assertNull(thrown.getCause(), "a cause could quote the key");
  }

  @Test
  void anotherEncryptionIsRefusedBeforeItIsTried() {
    String header =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}".getBytes(UTF_8));
    String rest = ECDSA.substring(ECDSA.indexOf('.'));
    MigrationException thrown = refused(header + rest, PASSPHRASE.clone(), Algorithm.ECDSA);
    assertTrue(String.valueOf(thrown.getMessage()).contains("not encrypted with"));
    assertTrue(
        String.valueOf(refused("secret", PASSPHRASE.clone(), Algorithm.ECDSA).getMessage())
            .contains("no JWE"));
  }

  private static MigrationException refused(String jwe, byte[] passphrase, Algorithm algorithm) {
    return assertThrows(
        MigrationException.class, () -> SoftwareKey.decrypt(jwe, passphrase, algorithm).close());
  }

  private static void assertSigns(SoftwareKey key, String type, String method, byte[] publicKey)
      throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance(type);
    PrivateKey secret = factory.generatePrivate(new PKCS8EncodedKeySpec(key.pkcs8()));
    Signature signature = Signature.getInstance(method);
    signature.initSign(secret);
    signature.update(PASSPHRASE);
    byte[] made = signature.sign();
    signature.initVerify(factory.generatePublic(new X509EncodedKeySpec(publicKey)));
    signature.update(PASSPHRASE);
    assertTrue(signature.verify(made));
  }
}
