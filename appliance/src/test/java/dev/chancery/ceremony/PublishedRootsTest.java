package dev.chancery.ceremony;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chancery.api.Dialect;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootFile;
import dev.chancery.metadata.RootSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Roots that others published, each step as the proposal of a ceremony. */
class PublishedRootsTest {
  /** As the default, but a new key need not have signed, which these roots' did not always. */
  private static final CeremonyPolicy POLICY =
      new CeremonyPolicy(
          Duration.ofDays(30),
          Duration.ofDays(3_650),
          Duration.ofDays(400),
          Duration.ofMinutes(5),
          1,
          16,
          false,
          CeremonyPolicy.Times.DEFAULT);

  private static byte[] root(String set, int version) throws IOException {
    Path directory = Path.of(System.getProperty("chancery.vectors", "../../shared/vectors"), set);
    assumeTrue(
        Files.isDirectory(directory),
        "the large vectors are not at " + directory + "; set -Dchancery.vectors to their place");
    return Files.readAllBytes(directory.resolve(version + ".root.json"));
  }

  private static RootRequest request(
      CeremonyKind kind, String repository, RootChain chain, RootFile next) {
    return new RootRequest(
        kind,
        false,
        new RepositoryName(repository),
        Optional.of(chain),
        next.root(),
        next.signatures().stream().map(RootSignature::keyId).toList(),
        next.signatures(),
        "as it was published");
  }

  @Test
  void theRootsOfTheNotaryToolAreRotationsOfOneKey() throws IOException {
    Instant made = Instant.parse("2026-11-23T09:00:00Z");
    List<CeremonyKind> kinds =
        List.of(
            CeremonyKind.ONLINE_KEYS, CeremonyKind.REPLACE_ROOT_KEY, CeremonyKind.REPLACE_ROOT_KEY);
    steps("notary-live", "example.test/col2", made, kinds);
  }

  @Test
  void aThresholdOfTwoRotatesAndIsRefreshed() throws IOException {
    Instant made = Instant.parse("2026-11-23T08:00:00Z");
    List<CeremonyKind> kinds = List.of(CeremonyKind.REPLACE_ROOT_KEY, CeremonyKind.REFRESH);
    RootChain chain = steps("notary-live-threshold", "example.test/threshold", made, kinds);
    RoleChange rotation =
        RootDiff.of(Optional.of(chain.files().get(0).root()), chain.files().get(1).root())
            .role("root");
    assertEquals(
        List.of(2, 1, 1),
        List.of(rotation.kept().size(), rotation.added().size(), rotation.removed().size()));
  }

  private static RootChain steps(
      String set, String repository, Instant made, List<CeremonyKind> kinds) throws IOException {
    byte[] first = root(set, 1);
    RootChain chain = RootChain.from(Dialect.NOTARY, first, Sha256.of(first));
    assertArrayEquals(first, chain.last().bytes(), "written as Notary does");
    for (int i = 0; i < kinds.size(); i++) {
      byte[] bytes = root(set, i + 2);
      RootFile next = RootFile.read(Dialect.NOTARY, bytes);
      assertArrayEquals(bytes, next.bytes(), "written as Notary does");
      RootRules.check(request(kinds.get(i), repository, chain, next), POLICY, made);
      chain = chain.next(bytes);
    }
    return chain;
  }

  /** What the rules say of sigstore's roots 2 to 8 on the day they were published. */
  @Test
  void theRootsOfSigstoreAreReadWithTheirOlderSpellings() throws IOException {
    byte[] first = root("sigstore-root-signing", 1);
    RootChain chain = RootChain.from(Dialect.TUF, first, Sha256.of(first));
    List<String> verdicts = new ArrayList<>();
    for (int version = 2; version <= 8; version++) {
      byte[] bytes = root("sigstore-root-signing", version);
      RootFile next = RootFile.read(Dialect.TUF, bytes);
      Instant made = next.root().expires().minus(Duration.ofDays(150));
      RootRequest request = request(CeremonyKind.EMERGENCY, "sigstore", chain, next);
      verdicts.add(verdict(request, made));
      chain = chain.next(bytes);
    }
    assertEquals(8, chain.last().root().version().number());
    // Key types of their own before version 6, and a time with a fraction in version 3: read, and
    // not to be made again.
    assertEquals(
        List.of("ROOT_TR_7", "ROOT_TR_8", "ROOT_TR_7", "ROOT_TR_7", "passes", "passes", "passes"),
        verdicts);
  }

  private static String verdict(RootRequest request, Instant made) {
    try {
      RootRules.check(request, POLICY, made);
      return "passes";
    } catch (RefusedException e) {
      return e.reason().name();
    }
  }
}
