package dev.chancery.signing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where each control is tested. The switch has no default: a new control does not compile before
 * somebody says where its test is.
 */
class EveryControlIsTestedTest {
  // UNAUTHENTICATED is said by the doors, before the path begins.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNAUTHENTICATED")
  void isNamedByItsTest(Refusal control) throws IOException {
    Path source = Path.of("src/test/java/dev/chancery", test(control) + ".java");
    assertTrue(Files.readString(source).contains(control.name()), source::toString);
  }

  private static String test(Refusal control) {
    return switch (control) {
      case ROLE_NOT_ALLOWED,
          REPOSITORY_NOT_ALLOWED,
          KEY_UNKNOWN,
          KEY_FROZEN,
          KEY_SUSPENDED,
          KEY_ATTRIBUTES,
          ALGORITHM_NOT_ALLOWED,
          REQUEST_INVALID,
          WRONG_TYPE ->
          "signing/KeyRulesTest";
      case REPOSITORY_RETIRED -> "signing/RepositoryRulesTest";
      case KEY_QUOTA -> "signing/KeyQuotaTest";
      case VERSION_ROLLBACK, VERSION_JUMP, FIRST_VERSION_TOO_HIGH -> "signing/VersionRulesTest";
      case KEY_NOT_IN_ROOT -> "signing/TufRootRulesTest";
      case TARGETS_MISMATCH -> "signing/TufChainTest";
      case EQUIVOCATION -> "signing/TufRulesTest";
      case EXPIRED, EXPIRY_TOO_FAR -> "signing/ExpiryRulesTest";
      case META_ROLLBACK, META_NAME_LOST -> "signing/MetaRulesTest";
      case WATERMARK_MOVED -> "ledger/RestatementTest";
      case SNAPSHOT_NOT_ISSUED, SNAPSHOT_ROLLBACK -> "signing/LinkRulesTest";
      case SNAPSHOT_MISMATCH, SIGNATURE_INVALID -> "signing/EnvelopeRulesTest";
      case SHARE_MISTYPED,
          SHARE_FOREIGN,
          SHARE_DOUBLED,
          SHARE_FORGED,
          SHARE_TOO_FEW,
          SHARE_PIN_WRONG ->
          "ceremony/shares/ShareCollectionTest";
      case BUNDLE_FORM,
          BUNDLE_NAME,
          BUNDLE_DOUBLED,
          BUNDLE_TOO_LARGE,
          BUNDLE_EXTRA,
          BUNDLE_MISSING,
          BUNDLE_EDITED,
          BUNDLE_FOREIGN ->
          "ceremony/bundle/BundleTest";
      case TRANSCRIPT_FORM, TRANSCRIPT_CHAIN, TRANSCRIPT_SIGNATURE ->
          "ceremony/transcript/TranscriptTest";
      case LEDGER_ROLLED_BACK -> "signing/LedgerBindingTest";
      case CLOCK_UNTRUSTED -> "signing/ClockRulesTest";
      case RATE_LIMITED -> "signing/BudgetRulesTest";
      case TOO_LARGE, MALFORMED, NOT_CANONICAL, UNKNOWN_FIELD, META_INVALID ->
          "metadata/NotaryFormTest";
      case DELETE_NOT_ALLOWED -> "grpc/GrpcDoorTest";
      case ROOT_TR_1,
          ROOT_TR_2,
          ROOT_TR_3,
          ROOT_TR_4,
          ROOT_TR_5,
          ROOT_TR_6,
          ROOT_TR_7,
          ROOT_TR_8,
          ROOT_TR_9,
          ROOT_TR_10,
          ROOT_NR_1,
          ROOT_NR_3,
          CEREMONY_S_3,
          CEREMONY_X_2 ->
          "ceremony/RootRulesTest";
      case CEREMONY_S_2, CEREMONY_S_1, CEREMONY_A_4, CEREMONY_X_1 -> "ceremony/CeremonyTest";
      case CEREMONY_A_1, CEREMONY_A_2, CEREMONY_A_5 -> "ceremony/ApprovalsTest";
      case CEREMONY_S_4 -> "ceremony/ForkGuardTest";
      case UNAUTHENTICATED -> throw new IllegalArgumentException("not of the path");
    };
  }
}
