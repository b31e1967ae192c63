package dev.chancery;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.chancery.hsm.SigningToken;
import dev.chancery.hsm.TokenException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The arrows of the house: which package may know which. They run one way, so that a rule about
 * what may be signed can be read, tested and trusted without the doors, the store or the token.
 */
class HouseTest {
  private static JavaClasses house;

  @BeforeAll
  static void readAllModules() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.chancery");
  }

  private static void check(ArchRule rule, String because) {
    rule.because(because).allowEmptyShould(true).check(house);
  }

  @Test
  void arrowsRunOneWay() {
    check(
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("cli")
            .definedBy("dev.chancery.cli..")
            .layer("http")
            .definedBy("dev.chancery.http..")
            .layer("grpc")
            .definedBy("dev.chancery.grpc..")
            .layer("console")
            .definedBy("dev.chancery.console..")
            .layer("migrate")
            .definedBy("dev.chancery.migrate..")
            .layer("backup")
            .definedBy("dev.chancery.backup..")
            .layer("door")
            .definedBy("dev.chancery.door..")
            .layer("config")
            .definedBy("dev.chancery.config..")
            .layer("signing")
            .definedBy("dev.chancery.signing..")
            .layer("ceremony")
            .definedBy("dev.chancery.ceremony..")
            .layer("keys")
            .definedBy("dev.chancery.keys..")
            .layer("recovery")
            .definedBy("dev.chancery.recovery..")
            .layer("reconcile")
            .definedBy("dev.chancery.reconcile..")
            .layer("served")
            .definedBy("dev.chancery.served..")
            .layer("access")
            .definedBy("dev.chancery.access..")
            .layer("metadata")
            .definedBy("dev.chancery.metadata..")
            .layer("ledger")
            .definedBy("dev.chancery.ledger..")
            .layer("policy")
            .definedBy("dev.chancery.policy..")
            .layer("audit")
            .definedBy("dev.chancery.audit..")
            .layer("crypto")
            .definedBy("dev.chancery.crypto..")
            .layer("canonical")
            .definedBy("dev.chancery.canonical..")
            .layer("hsm")
            .definedBy(
                resideInAPackage("dev.chancery.hsm..").and(not(assignableTo(TokenException.class))))
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("grpc")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("console")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("migrate")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("backup")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("door")
            .mayOnlyBeAccessedByLayers("cli", "http", "grpc", "console")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("cli", "http", "grpc", "console", "door")
            .whereLayer("recovery")
            .mayOnlyBeAccessedByLayers("cli", "http", "door", "reconcile")
            .whereLayer("reconcile")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("served")
            .mayOnlyBeAccessedByLayers("cli", "migrate", "reconcile")
            .whereLayer("signing")
            .mayOnlyBeAccessedByLayers("cli", "http", "grpc", "console", "door")
            .whereLayer("ceremony")
            .mayOnlyBeAccessedByLayers("cli", "http", "grpc", "console")
            .whereLayer("keys")
            .mayOnlyBeAccessedByLayers(
                "cli", "http", "grpc", "console", "door", "recovery", "signing", "ceremony")
            .whereLayer("access")
            .mayOnlyBeAccessedByLayers(
                "cli",
                "http",
                "grpc",
                "console",
                "door",
                "config",
                "recovery",
                "signing",
                "ceremony",
                "keys")
            .whereLayer("metadata")
            .mayOnlyBeAccessedByLayers(
                "cli",
                "http",
                "grpc",
                "console",
                "door",
                "migrate",
                "reconcile",
                "recovery",
                "signing",
                "ceremony",
                "keys")
            .whereLayer("ledger")
            .mayOnlyBeAccessedByLayers(
                "cli",
                "backup",
                "http",
                "grpc",
                "console",
                "door",
                "reconcile",
                "recovery",
                "signing",
                "ceremony",
                "keys")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers(
                "cli", "config", "recovery", "signing", "ceremony", "keys", "metadata", "ledger")
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers(
                "cli",
                "backup",
                "http",
                "grpc",
                "console",
                "door",
                "signing",
                "ceremony",
                "keys",
                "ledger")
            .whereLayer("hsm")
            .mayOnlyBeAccessedByLayers("cli", "signing", "ceremony", "keys"),
        "doors know the path (of the token only its failure, which they answer), the path knows the rules, and the rules know nobody");
  }

  @Test
  void packagesHaveNoCycles() {
    check(
        slices().matching("dev.chancery.(*)..").should().beFreeOfCycles(),
        "a cycle is an arrow in both directions");
  }

  @Test
  void onlySigningAndCeremoniesAskTheTokenToSign() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.chancery.signing..", "dev.chancery.ceremony..", "dev.chancery.hsm..")
            .should()
            .callMethodWhere(
                target(owner(assignableTo(SigningToken.class))).and(target(name("sign")))),
        "whatever else could sign would sign what no rule has read and no ledger row shows");
  }

  @Test
  void policyIsPure() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.chancery.policy..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.chancery.policy..",
                "dev.chancery.api",
                "java.lang..",
                "java.math",
                "java.nio.charset",
                "java.time..",
                "java.util",
                "java.util.function",
                "java.util.regex",
                "java.util.stream",
                "org.jspecify.annotations"),
        "a verdict depends on what it is given and on nothing else: no file, socket or table");
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.chancery.policy..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(InstantSource.class)
            .orShould()
            .callMethodWhere(readsAClock())
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class),
        "time comes in as a value, so that the same request gets the same verdict in a replay");
  }

  @Test
  void whatAnAuditorRunsNeedsNoAppliance() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.chancery.audit..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.chancery.audit..",
                "dev.chancery.api",
                "dev.chancery.canonical..",
                "dev.chancery.crypto..",
                "java..",
                "org.jspecify.annotations"),
        "an export is judged from its bytes and a key, without a token, a database or the rules");
  }

  @Test
  void whatCustodiansCheckNeedsNoAppliance() {
    check(
        classes()
            .that()
            .resideInAnyPackage(
                "dev.chancery.ceremony.shares..",
                "dev.chancery.ceremony.bundle..",
                "dev.chancery.ceremony.transcript..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.chancery.ceremony.shares..",
                "dev.chancery.ceremony.bundle..",
                "dev.chancery.ceremony.transcript..",
                "dev.chancery.api",
                "dev.chancery.canonical..",
                "dev.chancery.crypto..",
                "java..",
                "com.google.zxing..",
                "org.bouncycastle..",
                "org.jspecify.annotations"),
        "shares, bundles and transcripts are judged on a custodian's own machine");
  }

  @Test
  void thePathIsGivenItsClock() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.chancery.access..",
                "dev.chancery.audit..",
                "dev.chancery.backup..",
                "dev.chancery.canonical..",
                "dev.chancery.ceremony..",
                "dev.chancery.crypto..",
                "dev.chancery.keys..",
                "dev.chancery.ledger..",
                "dev.chancery.metadata..",
                "dev.chancery.signing..")
            .should()
            .callMethodWhere(readsAClock()),
        "a recording is replayed with the clock it was made under");
  }

  @Test
  void onlyHttpTouchesTheWebServer() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.chancery.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "jakarta.servlet..", "org.eclipse.jetty.."),
        "a request is read in one place");
  }

  @Test
  void onlyTheGrpcDoorTouchesGrpc() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.chancery.grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "dev.chancery.grpc.proto.."),
        "what is generated from the contract stays behind the door");
  }

  @Test
  void thePathReadsMetadataThroughTheStrictParserAlone() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.chancery.api",
                "dev.chancery.audit..",
                "dev.chancery.ceremony..",
                "dev.chancery.crypto..",
                "dev.chancery.hsm..",
                "dev.chancery.keys..",
                "dev.chancery.ledger..",
                "dev.chancery.policy..",
                "dev.chancery.signing..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.."),
        "two readers of one document are two opinions of what it says");
  }

  @Test
  void onlyTheLedgerTouchesTheDatabase() {
    check(
        noClasses()
            .that()
            // The migration reads the database of another signer.
            .resideOutsideOfPackages("dev.chancery.ledger..", "dev.chancery.migrate..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite.."),
        "one writer: what it does not know, it cannot put in order");
  }

  @Test
  void apiDependsOnTheJdkAlone() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.chancery.api")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.chancery.api", "java..", "org.jspecify.annotations"),
        "whoever speaks these values must not inherit our libraries");
  }

  @Test
  void hsmKnowsNothingOfTuf() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.chancery.hsm..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "dev.chancery.hsm..",
                "java..",
                "javax.crypto..",
                "javax.security..",
                "org.bouncycastle..",
                "org.jspecify.annotations",
                "org.slf4j.."),
        "a token signs bytes; what they mean was decided before");
  }

  @Test
  void nobodyNamesTheJdksInternals() {
    check(
        noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal.."),
        "they may change in any release");
  }

  @Test
  void nobodyUsesGuessableRandomness() {
    DescribedPredicate<JavaClass> generators =
        assignableTo(RandomGenerator.class).and(not(assignableTo(SecureRandom.class)));
    check(
        noClasses()
            .should()
            .dependOnClassesThat(generators.and(not(INTERFACES)))
            .orShould()
            .callMethod(RandomGenerator.class, "getDefault")
            .orShould()
            .callMethod(RandomGenerator.class, "of", String.class)
            .orShould()
            .callMethod(Math.class, "random"),
        "a habit of java.util.Random ends in a guessable PIN; RandomGenerator is passed in");
  }

  @Test
  void everyPackageSaysThatItsReferencesAreNotNull() {
    List<String> unmarked =
        house.getDefaultPackage().getPackage("dev.chancery").getSubpackagesInTree().stream()
            .filter(each -> !each.getClasses().isEmpty())
            .filter(each -> !each.getName().equals("dev.chancery.grpc.proto")) // generated
            .filter(each -> !each.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    assertEquals(List.of(), unmarked, "packages whose package-info.java lacks @NullMarked");
  }

  /** {@code Instant.now()}, {@code Clock.system…} and their like; {@code nanoTime} is no date. */
  private static DescribedPredicate<JavaCall<?>> readsAClock() {
    Set<String> clocks = Set.of(Clock.class.getName(), InstantSource.class.getName());
    return describe(
        "reads a clock of its own",
        call -> {
          CodeUnitCallTarget called = call.getTarget();
          String owner = called.getOwner().getName();
          return switch (called.getName()) {
            case "now" -> owner.startsWith("java.time.") && called.getRawParameterTypes().isEmpty();
            case "currentTimeMillis" -> owner.equals(System.class.getName());
            case "<init>" ->
                owner.equals(java.util.Date.class.getName())
                    && called.getRawParameterTypes().isEmpty();
            default -> called.getName().startsWith("system") && clocks.contains(owner);
          };
        });
  }
}
