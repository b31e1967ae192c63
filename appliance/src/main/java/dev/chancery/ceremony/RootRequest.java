package dev.chancery.ceremony;

import dev.chancery.api.RepositoryName;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootSignature;
import java.util.List;
import java.util.Optional;

/**
 * A root that somebody would like to have signed.
 *
 * @param rehearsal whether nothing of it is meant (CEREMONY X-2)
 * @param chain what it follows; empty for a first root
 * @param next the root
 * @param signers ids of the keys that will sign it, as they stand in the old root or in this one
 * @param attached signatures over it that exist already
 * @param reason why it expires earlier than the one before it; empty if it does not
 */
public record RootRequest(
    CeremonyKind kind,
    boolean rehearsal,
    RepositoryName repository,
    Optional<RootChain> chain,
    RootDocument next,
    List<String> signers,
    List<RootSignature> attached,
    String reason) {
  public RootRequest {
    signers = List.copyOf(signers);
    attached = List.copyOf(attached);
    if (!kind.signsRoot()) {
      throw new IllegalArgumentException("signs no root: " + kind.id());
    }
  }

  /** The newest root, which this one follows. */
  public Optional<RootDocument> previous() {
    return chain.map(each -> each.last().root());
  }
}
