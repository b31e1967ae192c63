package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonObject;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A repository of TUF 1.0 with a 2-of-3 root, and the request of its next one. */
public final class Roots {
  public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  public static final String NAME = "example.test/product";

  public final TestKey a = TestKey.make();
  public final TestKey b = TestKey.make();
  public final TestKey c = TestKey.make();
  public final TestKey d = TestKey.make();
  public final TestKey timestamp = TestKey.make();
  public final TestKey snapshot = TestKey.make();
  final TestKey targets = TestKey.make();

  public RootDraft genesis() {
    return RootDraft.first(Dialect.TUF)
        .expires(NOW.plus(Duration.ofDays(200)))
        .role("root", objects(a, b, c), 2)
        .role("timestamp", objects(timestamp), 1)
        .role("snapshot", objects(snapshot), 1)
        .role("targets", objects(targets), 1);
  }

  /** The first root, signed by A and B. */
  public RootChain chain() {
    byte[] first = signed(genesis().build(), a, b);
    return RootChain.from(Dialect.TUF, first, Sha256.of(first));
  }

  static byte[] signed(RootDocument root, TestKey... keys) {
    return new RootFile(root, Stream.of(keys).map(key -> key.sign(root)).toList()).bytes();
  }

  static List<JsonObject> objects(TestKey... keys) {
    return Stream.of(keys).map(TestKey::tuf).toList();
  }

  static List<String> ids(TestKey... keys) {
    return Stream.of(keys).map(TestKey::tufId).toList();
  }

  /** A root that only lives longer than the first one. */
  public static RootDraft refresh(RootChain chain) {
    return RootDraft.after(chain.last().root()).expires(NOW.plus(Duration.ofDays(300)));
  }

  public static RootRequest request(
      CeremonyKind kind, RootChain chain, RootDocument next, TestKey... signers) {
    return request(kind, Optional.of(chain), next, ids(signers), "");
  }

  static RootRequest request(
      CeremonyKind kind,
      Optional<RootChain> chain,
      RootDocument next,
      List<String> signers,
      String reason) {
    return new RootRequest(
        kind, false, new RepositoryName(NAME), chain, next, signers, List.of(), reason);
  }
}
