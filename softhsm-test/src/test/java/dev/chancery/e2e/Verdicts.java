package dev.chancery.e2e;

import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the appliance said, in one word that fits into a comparison. */
final class Verdicts {
  static final String SIGNED = "signed";
  static final String ADMISSIBLE = "admissible";

  private Verdicts() {}

  static String sign(ChanceryClient client, Role role, KeyChoice key, byte[] signed) {
    return of(
        () -> {
          client.sign(role, key, signed, null);
          return SIGNED;
        });
  }

  static String check(
      ChanceryClient client, Role role, KeyChoice key, byte[] signed, byte @Nullable [] snapshot) {
    return of(
        () -> {
          client.check(role, key, signed, snapshot);
          return ADMISSIBLE;
        });
  }

  private static String of(Supplier<String> request) {
    try {
      return request.get();
    } catch (ChanceryProblem e) {
      return e.control().orElseGet(e::getMessage);
    }
  }
}
