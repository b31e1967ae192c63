package dev.chancery.cli.doctor;

import dev.chancery.ConfiguredLedger;
import dev.chancery.ConfiguredToken;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.TokenPlace;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.PinConfig;
import dev.chancery.config.TokenConfig;
import dev.chancery.hsm.MechanismInfo;
import dev.chancery.hsm.Pkcs11Module;
import dev.chancery.hsm.Pkcs11Token;
import dev.chancery.hsm.TokenException;
import dev.chancery.hsm.TokenInfo;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.ledger.AuditKey;
import dev.chancery.ledger.LedgerException;
import dev.chancery.ledger.LedgerReader;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The token: there, of the right label and serial, unlocked by the PIN, and with every key. */
final class TokenCheck {
  private static final Set<String> NEEDED = Set.of("CKM_EC_KEY_PAIR_GEN", "CKM_ECDSA");
  private static final Set<String> WANTED =
      Set.of(
          "CKM_EC_EDWARDS_KEY_PAIR_GEN",
          "CKM_EDDSA",
          "CKM_RSA_PKCS_KEY_PAIR_GEN",
          "CKM_RSA_PKCS_PSS");

  private final Report report;
  private final Map<String, String> environment;

  TokenCheck(Report report, Map<String, String> environment) {
    this.report = report;
    this.environment = environment;
  }

  /**
   * @param running whether a server has the token open: then nobody logs in here
   */
  void run(ApplianceConfig config, boolean running) {
    TokenConfig token = config.token();
    if (!Files.isRegularFile(token.module())) {
      report.fail(
          "token",
          "there is no library " + token.module(),
          "install it (SoftHSM: apt-get install softhsm2) or correct token.module");
      return;
    }
    if (!present(token) || running) {
      return;
    }
    if (token.pin() instanceof PinConfig.Prompt) {
      report.ok("token", "the PIN is typed at each start, so no login was tried");
      return;
    }
    login(config);
  }

  private boolean present(TokenConfig token) {
    try {
      ConfiguredToken.prepare(token);
      Pkcs11Module module = Pkcs11Module.load(token.module());
      List<TokenInfo> all = module.tokens().stream().filter(TokenInfo::initialized).toList();
      Optional<TokenInfo> ours =
          all.stream()
              .filter(each -> each.identity().label().equals(token.label()))
              .filter(each -> each.identity().serial().equals(token.serial()))
              .findFirst();
      if (ours.isEmpty()) {
        report.fail(
            "token",
            "there is no token \"" + token.label() + "\" with serial " + token.serial(),
            "found: " + names(all) + "; is it plugged in, and are label and serial right?");
        return false;
      }
      report.ok("token", "\"" + token.label() + "\", serial " + token.serial() + flags(ours.get()));
      mechanisms(module, ours.get());
      return true;
    } catch (TokenException e) {
      report.fail("token", String.valueOf(e.getMessage()), "is token.module the right library?");
      return false;
    }
  }

  private static String names(List<TokenInfo> tokens) {
    return tokens.isEmpty()
        ? "none"
        : tokens.stream()
            .map(each -> "\"" + each.identity().label() + "\" " + each.identity().serial())
            .collect(Collectors.joining(", "));
  }

  private static String flags(TokenInfo token) {
    String worrying =
        token.flagNames().stream()
            .filter(
                flag ->
                    flag.contains("PIN_COUNT")
                        || flag.contains("FINAL_TRY")
                        || flag.contains("LOCKED")
                        || flag.contains("ERROR"))
            .collect(Collectors.joining(", "));
    return worrying.isEmpty() ? "" : " (" + worrying + ")";
  }

  private void mechanisms(Pkcs11Module module, TokenInfo token) {
    Set<String> offered =
        module.mechanisms(token).stream().map(MechanismInfo::name).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>(NEEDED);
    missing.removeAll(offered);
    if (!missing.isEmpty()) {
      report.fail("mechanisms", "the token lacks " + missing, "Chancery cannot use this token");
      return;
    }
    Set<String> less = new TreeSet<>(WANTED);
    less.removeAll(offered);
    if (less.isEmpty()) {
      report.ok("mechanisms", "EC P-256, Ed25519 and RSA-PSS");
    } else {
      report.warn(
          "mechanisms", "EC P-256; the token lacks " + less, "keys of these kinds cannot be made");
    }
  }

  private void login(ApplianceConfig config) {
    try (Pkcs11Token token = ConfiguredToken.open(config.token(), environment)) {
      report.ok("token", "the PIN is right");
      LedgerReader ledger = ConfiguredLedger.reader(config.ledger());
      keys(ledger.keys(), ledger.auditKeys(), token);
    } catch (TokenException e) {
      report.fail("token", String.valueOf(e.getMessage()), remedy(e));
    } catch (LedgerException e) {
      report.warn(
          "keys", "the ledger cannot be read, so keys were not compared", "see ledger above");
    }
  }

  private static String remedy(TokenException e) {
    return switch (e.ckr()) {
      case "CKR_PIN_INCORRECT" -> "correct token.pin; do not try often, real tokens lock";
      case "CKR_PIN_LOCKED" -> "have the security officer unlock it";
      case "PIN_UNAVAILABLE" -> "give the PIN as token.pin says";
      default -> "look the code up in the token's manual";
    };
  }

  /**
   * Each key of the ledger must be in the token, the same, and as well kept as when it was made.
   */
  private void keys(List<KeyRecord> recorded, List<AuditKey> auditKeys, Pkcs11Token token) {
    Map<String, TokenKey> inToken = new HashMap<>();
    token.keys().forEach(key -> inToken.put(key.id(), key));
    List<KeyRecord> kept = recorded.stream().filter(key -> key.mode().isInToken()).toList();
    int good = 0;
    for (KeyRecord key : kept) {
      TokenPlace place = Objects.requireNonNull(key.place(), "a key in the token has a place");
      Optional<String> problem = problem(key, place, inToken.remove(place.keyId()));
      if (problem.isEmpty()) {
        good++;
      } else {
        report.fail(
            "keys",
            key.role().id() + " key " + key.id() + " of " + key.repository() + ": " + problem.get(),
            key.status() == KeyStatus.ACTIVE
                ? "the server refuses to use it; restore the token, or rotate the key"
                : "it is not in use");
      }
    }
    report.ok("keys", good + " of " + kept.size() + " as recorded, none extractable");
    warnOf(recorded, KeyMode.IMPORTED, "were software keys before: copies may exist elsewhere");
    warnOf(recorded, KeyMode.FOREIGN, "are still in the old signer, which can sign without rules");
    auditKeys.forEach(key -> inToken.remove(key.place().keyId()));
    if (!inToken.isEmpty()) {
      report.warn(
          "keys",
          inToken.size() + " in the token that the ledger does not know",
          "left over from a crash while they were made, or another ledger's; they are never used");
    }
  }

  private void warnOf(List<KeyRecord> recorded, KeyMode mode, String what) {
    long keys =
        recorded.stream()
            .filter(key -> key.mode() == mode && key.status() == KeyStatus.ACTIVE)
            .count();
    if (keys > 0) {
      report.warn(
          "keys",
          keys + " of mode " + mode.id() + ": they " + what,
          "rotate them: notary key rotate GUN timestamp -r, the same for snapshot");
    }
  }

  private static Optional<String> problem(
      KeyRecord key, TokenPlace place, @Nullable TokenKey inToken) {
    if (inToken == null) {
      return Optional.of("not in the token, or with other attributes than a key must have");
    }
    if (!Arrays.equals(inToken.subjectPublicKeyInfo(), key.publicKey().der())) {
      return Optional.of("the token has another public key");
    }
    if (!KeyRegistry.fingerprint(inToken).equals(place.attributes())) {
      return Optional.of("its attributes changed since it was made");
    }
    return Optional.empty();
  }
}
