package dev.chancery.backup;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;

/** The curves of recipients' keys. */
final class EcCurves {
  private static final List<String> NAMES = List.of("secp256r1", "secp384r1");

  private EcCurves() {}

  static boolean isP256OrP384(ECParameterSpec curve) {
    return NAMES.stream().map(EcCurves::named).anyMatch(known -> same(known, curve));
  }

  private static boolean same(ECParameterSpec one, ECParameterSpec other) {
    return one.getCurve().equals(other.getCurve())
        && one.getGenerator().equals(other.getGenerator())
        && one.getOrder().equals(other.getOrder())
        && one.getCofactor() == other.getCofactor();
  }

  private static ECParameterSpec named(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }
}
