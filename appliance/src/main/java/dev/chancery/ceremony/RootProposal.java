package dev.chancery.ceremony;

import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootDocument;
import java.util.List;
import java.util.Optional;

/**
 * A root that the rules let a ceremony sign, if enough custodians agree. Only {@link RootRules}
 * makes one.
 */
public final class RootProposal {
  private final RootRequest request;
  private final List<String> warnings;

  RootProposal(RootRequest request, List<String> warnings) {
    this.request = request;
    this.warnings = List.copyOf(warnings);
  }

  public RootRequest request() {
    return request;
  }

  /** The root to be signed; its digest is D. */
  public RootDocument next() {
    return request.next();
  }

  /** Digest of what is signed of the root before it. */
  public Optional<Sha256> previousDigest() {
    return request.previous().map(RootDocument::digest);
  }

  /** What is allowed and should still be thought about, in sentences. */
  public List<String> warnings() {
    return warnings;
  }

  /** What changes. */
  public RootDiff diff() {
    return RootDiff.of(request.previous(), request.next());
  }
}
