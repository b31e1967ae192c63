package dev.chancery.hsm;

/** The object attributes this module uses (PKCS#11 v2.40, section 4 and its Appendix B). */
enum Cka {
  CKA_CLASS(0x000),
  CKA_TOKEN(0x001),
  CKA_PRIVATE(0x002),
  CKA_LABEL(0x003),
  CKA_APPLICATION(0x010),
  CKA_VALUE(0x011),
  CKA_CERTIFICATE_TYPE(0x080),
  CKA_KEY_TYPE(0x100),
  CKA_SUBJECT(0x101),
  CKA_ID(0x102),
  CKA_SENSITIVE(0x103),
  CKA_DECRYPT(0x105),
  CKA_UNWRAP(0x107),
  CKA_SIGN(0x108),
  CKA_SIGN_RECOVER(0x109),
  CKA_VERIFY(0x10A),
  CKA_DERIVE(0x10C),
  CKA_MODULUS(0x120),
  CKA_MODULUS_BITS(0x121),
  CKA_PUBLIC_EXPONENT(0x122),
  CKA_EXTRACTABLE(0x162),
  CKA_LOCAL(0x163),
  CKA_NEVER_EXTRACTABLE(0x164),
  CKA_ALWAYS_SENSITIVE(0x165),
  CKA_MODIFIABLE(0x170),
  CKA_EC_PARAMS(0x180),
  CKA_EC_POINT(0x181);

  /** {@code CKO_DATA}, a value of {@link #CKA_CLASS}. */
  static final long CKO_DATA = 0;

  /** {@code CKO_CERTIFICATE}, a value of {@link #CKA_CLASS}. */
  static final long CKO_CERTIFICATE = 1;

  /** {@code CKO_PRIVATE_KEY}, a value of {@link #CKA_CLASS}. */
  static final long CKO_PRIVATE_KEY = 3;

  /** {@code CKK_EC}, a value of {@link #CKA_KEY_TYPE}. */
  static final long CKK_EC = 0x03;

  /** {@code CKK_EC_EDWARDS} (v3.0), a value of {@link #CKA_KEY_TYPE}. */
  static final long CKK_EC_EDWARDS = 0x40;

  /** {@code CKC_X_509}, a value of {@link #CKA_CERTIFICATE_TYPE}. */
  static final long CKC_X_509 = 0;

  final long type;

  Cka(long type) {
    this.type = type;
  }
}
