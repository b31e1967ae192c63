package dev.chancery.hsm;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Mechanisms: the numbers of those used here, and the names of those an operator may meet in a
 * token's list (PKCS#11 v2.40 Appendix B, v3.0 for Edwards curves).
 */
final class Ckm {
  static final long RSA_PKCS_KEY_PAIR_GEN = 0x0000;
  static final long RSA_PKCS_PSS = 0x000D;
  static final long SHA256 = 0x0250;
  static final long EC_KEY_PAIR_GEN = 0x1040;
  static final long ECDSA = 0x1041;
  static final long EC_EDWARDS_KEY_PAIR_GEN = 0x1055;
  static final long EDDSA = 0x1057;

  /** {@code CKG_MGF1_SHA256}, the mask generation function of CK_RSA_PKCS_PSS_PARAMS. */
  static final long CKG_MGF1_SHA256 = 0x0002;

  private static final Map<Long, String> NAMES = names();

  private Ckm() {}

  /** The standard's name, or {@code CKM_0x…} for a value not in the table. */
  static String name(long mechanism) {
    String name = NAMES.get(mechanism);
    return name != null ? "CKM_" + name : String.format(Locale.ROOT, "CKM_0x%08X", mechanism);
  }

  private static Map<Long, String> names() {
    String table =
        """
        0000 RSA_PKCS_KEY_PAIR_GEN, 0001 RSA_PKCS, 0002 RSA_9796, 0003 RSA_X_509,
        0005 MD5_RSA_PKCS, 0006 SHA1_RSA_PKCS, 0009 RSA_PKCS_OAEP, 000D RSA_PKCS_PSS,
        000E SHA1_RSA_PKCS_PSS, 0010 DSA_KEY_PAIR_GEN, 0011 DSA, 0012 DSA_SHA1,
        0013 DSA_SHA224, 0014 DSA_SHA256, 0015 DSA_SHA384, 0016 DSA_SHA512,
        0020 DH_PKCS_KEY_PAIR_GEN, 0021 DH_PKCS_DERIVE, 0040 SHA256_RSA_PKCS,
        0041 SHA384_RSA_PKCS, 0042 SHA512_RSA_PKCS, 0043 SHA256_RSA_PKCS_PSS,
        0044 SHA384_RSA_PKCS_PSS, 0045 SHA512_RSA_PKCS_PSS, 0046 SHA224_RSA_PKCS,
        0047 SHA224_RSA_PKCS_PSS, 0120 DES_KEY_GEN, 0130 DES2_KEY_GEN, 0131 DES3_KEY_GEN,
        0132 DES3_ECB, 0133 DES3_CBC, 0136 DES3_CBC_PAD, 0138 DES3_CMAC, 0210 MD5,
        0211 MD5_HMAC, 0220 SHA_1, 0221 SHA_1_HMAC, 0250 SHA256, 0251 SHA256_HMAC,
        0255 SHA224, 0256 SHA224_HMAC, 0260 SHA384, 0261 SHA384_HMAC, 0270 SHA512,
        0271 SHA512_HMAC, 0350 GENERIC_SECRET_KEY_GEN, 1040 EC_KEY_PAIR_GEN, 1041 ECDSA,
        1042 ECDSA_SHA1, 1043 ECDSA_SHA224, 1044 ECDSA_SHA256, 1045 ECDSA_SHA384,
        1046 ECDSA_SHA512, 1050 ECDH1_DERIVE, 1055 EC_EDWARDS_KEY_PAIR_GEN,
        1056 EC_MONTGOMERY_KEY_PAIR_GEN, 1057 EDDSA, 1080 AES_KEY_GEN, 1081 AES_ECB,
        1082 AES_CBC, 1083 AES_MAC, 1085 AES_CBC_PAD, 1086 AES_CTR, 1087 AES_GCM,
        1088 AES_CCM, 108A AES_CMAC, 2000 DSA_PARAMETER_GEN, 2001 DH_PKCS_PARAMETER_GEN,
        2109 AES_KEY_WRAP, 210A AES_KEY_WRAP_PAD, 210B AES_KEY_WRAP_KWP
        """;
    Map<Long, String> names = new HashMap<>();
    for (String entry : table.strip().split(",\\s+", -1)) {
      int space = entry.indexOf(' ');
      names.put(Long.parseLong(entry.substring(0, space), 16), entry.substring(space + 1));
    }
    return Map.copyOf(names);
  }
}
