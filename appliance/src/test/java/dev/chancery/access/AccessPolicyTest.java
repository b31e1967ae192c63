package dev.chancery.access;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.RepositoryName;
import dev.chancery.testing.TestPki;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessPolicyTest {
  private static final TestPki PKI = new TestPki("CN=Test CA");
  private static final RepositoryName APP = new RepositoryName("r.example/team/app");
  private static final RepositoryName OTHER = new RepositoryName("r.example/other");

  @Test
  void theEntryThatNamesTheSubjectGrantsItsRolesForItsRepositories() {
    Caller caller =
        caller(
            """
            - subject: "CN=notary-server, O=Example"
              roles: [trust-server]
              repositories: ["r.example/team/*"]
            """,
            "CN=notary-server,O=Example");
    assertEquals("CN=notary-server,O=Example", caller.name());
    assertTrue(caller.may(Operation.SIGN_TIMESTAMP, APP));
    assertFalse(caller.may(Operation.SIGN_TIMESTAMP, OTHER));
    assertFalse(caller.may(Operation.FREEZE_KEY, APP));
    assertFalse(caller.may(Operation.FREEZE_KEY));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "CN=notary-server, true",
    "CN=NOTARY-Server, true",
    "CN=notary-servers, false",
    "CN=notary-serve, false",
    "'CN=notary-server,O=Example', false",
    "OU=notary-server, false",
    "'CN=x,CN=notary-server', false",
  })
  void subjectsAreComparedWholeAndWithoutRegardToCase(String subject, boolean expected) {
    AccessPolicy policy = policy(entry("subject: CN=notary-server"));
    assertEquals(expected, policy.caller(certificate(subject)).isPresent());
  }

  @Test
  void theOrderOfASubjectsPartsCounts() {
    AccessPolicy policy = policy(entry("subject: 'CN=a,O=b'"));
    assertTrue(policy.caller(certificate("CN=a,O=b")).isPresent());
    assertFalse(policy.caller(certificate("O=b,CN=a")).isPresent());
  }

  @ParameterizedTest(name = "{0} and {2}")
  @CsvSource({
    "trust.example,    2, trust.example,   true",
    "trust.example,    2, TRUST.example,   true",
    "trust.example,    2, a.trust.example, false",
    "trust.example,    2, *.example,       false",
    "trust.example,    6, trust.example,   false",
    "spiffe://d/trust, 6, spiffe://d/trust,  true",
    "spiffe://d/trust, 6, spiffe://d/Trust,  false",
    "spiffe://d/trust, 6, spiffe://d/trust/, false",
    "spiffe://d/trust, 2, spiffe://d/trust,  false",
  })
  void alternativeNamesAreComparedByKindAndWhole(
      String san, int kind, String presented, boolean expected) {
    X509Certificate certificate =
        PKI.client("CN=any", new GeneralName(kind, presented)).certificate();
    assertEquals(expected, policy(entry("san: " + san)).caller(certificate).isPresent());
  }

  @Test
  void nobodyIsNamedByAnEmptyList() {
    assertEquals(Optional.empty(), policy("[]").caller(certificate("CN=notary-server")));
  }

  @Test
  void twoEntriesAddUpWithoutMixing() {
    Caller caller =
        caller(
            """
            - subject: CN=both
              roles: [trust-server]
              repositories: [r.example/team/app]
            - subject: CN=both
              roles: [operator]
              repositories: [r.example/other]
            """,
            "CN=both");
    assertTrue(caller.may(Operation.SIGN_SNAPSHOT, APP));
    assertFalse(caller.may(Operation.SIGN_SNAPSHOT, OTHER));
    assertTrue(caller.may(Operation.FREEZE_KEY, OTHER));
    assertFalse(caller.may(Operation.FREEZE_KEY, APP));
  }

  @Test
  void operationsNarrowTheRoles() {
    Caller caller =
        caller(
            """
            - subject: CN=monitor
              roles: [operator]
              repositories: ["**"]
              operations: [read-watermarks, check]
            """,
            "CN=monitor");
    assertEquals(Set.of("check", "read-watermarks"), allowed(caller));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "trust-server, 'sign-timestamp sign-snapshot check create-key read-keys'",
    "operator, 'check read-keys freeze-key adopt-key read-repositories retire-repository set-custody"
        + " add-root read-watermarks import-watermarks rebase read-ledger read-checkpoints"
        + " make-checkpoint backup confirm-clock'",
    "auditor, 'read-keys read-repositories read-watermarks read-ledger read-checkpoints"
        + " make-checkpoint'",
    "administrator, ''",
    "custodian, ''",
    "witness, read-checkpoints",
  })
  void aRoleIsItsOperationsAndNoMore(String role, String operations) {
    Caller caller =
        caller("[{subject: CN=a, roles: [" + role + "], repositories: ['**']}]", "CN=a");
    assertEquals(Set.copyOf(Arrays.asList(operations.split(" "))), orEmpty(allowed(caller)));
  }

  @ParameterizedTest(name = "{index}: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                    | 1:1 | the file is a list",
        "subject: CN=a                         | 1:1 | the file is a list",
        "- CN=a                                | 1:3 | an entry is a mapping",
        "- {subject: CN=a, role: [operator]}   | 1:19 | unknown setting \"role\"",
        "- {subject: CN=a, subject: CN=b}      | 1:19 | given twice",
        "- {subject: CN=a, san: b}             | 1:19 | either subject or san",
        "- {roles: [operator], repositories: [a]} | 1:3 | no subject or san",
        "- {san: b, repositories: [a]}         | 1:3 | no roles",
        "- {san: b, roles: [operator]}         | 1:3 | no repositories",
        "- {san: b, roles: operator}           | 1:19 | roles is a list",
        "- {san: b, roles: []}                 | 1:19 | roles is empty",
        "- {san: b, repositories: []}          | 1:26 | repositories is empty",
        "- {san: b, roles: [operater]}         | 1:20 | unknown role \"operater\"",
        "- {san: b, roles: [operator, operator]} | 1:30 | given twice in roles",
        "- {san: b, roles: [1]}                | 1:20 | holds text",
        "- {san: 7}                            | 1:9 | holds text",
        "- {san: null}                         | 1:9 | holds text",
        "- {san: ''}                           | 1:9 | DNS name or URI",
        "- {san: '*.example'}                  | 1:9 | no wildcards",
        "- {subject: notary}                   | 1:13 | not a distinguished name",
        "- {subject: ''}                       | 1:13 | empty",
        "- {san: b, repositories: ['a***']}    | 1:27 | two stars",
        "- {san: b, repositories: [**]}        | 1:28 | quotes",
        "- {san: b, repositories: [*app]}      | 1:27 | quotes",
        "- {san: b, roles: [auditor], repositories: [a], operations: [check]} | 1:49 | only narrow",
        "- {san: b, operations: [sign]}        | 1:25 | unknown operation \"sign\"",
        "- {san: b, operations: []}            | 1:24 | operations is empty",
        "- {san: b, roles: [operator            | 1:28 | not YAML",
      })
  void anErrorNamesFileLineAndColumn(String yaml, String place, String problem) {
    AccessFileException error =
        assertThrows(AccessFileException.class, () -> AccessPolicy.parse("access.yaml", yaml));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains(problem), message);
    assertTrue(message.startsWith("access.yaml:" + place + ": "), message);
  }

  @Test
  void aSecondDocumentIsNotSkipped() {
    String yaml = entry("san: a") + "---\n" + entry("san: b");
    AccessFileException error =
        assertThrows(AccessFileException.class, () -> AccessPolicy.parse("access.yaml", yaml));
    assertTrue(String.valueOf(error.getMessage()).contains("second document"));
  }

  @Test
  void aFileIsReadAndAMissingOneNamed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("access.yaml");
    AccessFileException error =
        assertThrows(AccessFileException.class, () -> AccessPolicy.load(file));
    assertTrue(String.valueOf(error.getMessage()).startsWith(file.toString()));
    Files.writeString(file, entry("subject: CN=a"));
    assertTrue(AccessPolicy.load(file).caller(certificate("CN=a")).isPresent());
  }

  @Test
  void theSameCertificateIsTheSameCallerWithoutASecondLook() {
    AccessPolicy policy = policy(entry("subject: CN=a"));
    X509Certificate certificate = certificate("CN=a");
    assertSame(policy.caller(certificate), policy.caller(certificate));
  }

  @Test
  void namesArePrintableAndAtMost200CharactersYetDiffer() {
    assertEquals("CN=caf\\C3\\A9", AccessPolicy.nameOf(certificate("CN=caf\u00e9")));
    String long1 = AccessPolicy.nameOf(certificate("CN=" + "a".repeat(300) + "1"));
    String long2 = AccessPolicy.nameOf(certificate("CN=" + "a".repeat(300) + "2"));
    assertEquals(200, long1.length());
    assertFalse(long1.equals(long2));
    X509Certificate nameless =
        PKI.client("", new GeneralName(GeneralName.dNSName, "a.example")).certificate();
    assertEquals("DNS:a.example", AccessPolicy.nameOf(nameless));
  }

  private static Set<String> allowed(Caller caller) {
    return Arrays.stream(Operation.values())
        .filter(operation -> caller.may(operation, APP))
        .map(Operation::id)
        .collect(toSet());
  }

  /** {@code "".split(" ")} is one empty string; an empty set is compared as that. */
  private static Set<String> orEmpty(Set<String> operations) {
    return operations.isEmpty() ? Set.of("") : operations;
  }

  private static String entry(String identity) {
    return "- " + identity + "\n  roles: [trust-server]\n  repositories: ['**']\n";
  }

  private static AccessPolicy policy(String yaml) {
    return AccessPolicy.parse("access.yaml", yaml);
  }

  private static Caller caller(String yaml, String subject) {
    return policy(yaml).caller(certificate(subject)).orElseThrow();
  }

  private static X509Certificate certificate(String subject) {
    return PKI.client(subject).certificate();
  }
}
