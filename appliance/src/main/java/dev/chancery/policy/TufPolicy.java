package dev.chancery.policy;

import dev.chancery.api.RepositoryName;
import dev.chancery.api.TufMetadata;
import dev.chancery.api.TufTimestamp;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which TUF 1.0 timestamps and snapshots may be signed: RULES sections 5 and 7. The checks run in
 * the order of the TUF client workflow (specification 5.4, 5.5); the first that fails is the
 * answer.
 *
 * <p>Here the metadata says versions, and a version is signed once: what a request is compared with
 * is what was admitted at the watermark, not hashes seen before.
 */
final class TufPolicy {
  private final TufSettings settings;

  TufPolicy(TufSettings settings) {
    this.settings = settings;
  }

  /** Admits {@code metadata} or throws. */
  Admitted admit(
      TufMetadata metadata, Proposal proposal, History history, long sequence, Instant now) {
    RepositoryName repository = proposal.key().repository();
    TufSettings.Bounds bounds = settings.of(repository);
    Case c = new Case(proposal, history, bounds.policy(), now);
    Optional<RecordedContent> repeated = c.repeated();
    Frontier previous = previous(c);
    TufRootRules.check(c);
    ExpiryRules.check(c);
    TufVersionRules.check(c, repeated.isPresent() || bounds.allowSameVersion());
    if (metadata instanceof TufTimestamp timestamp) {
      TufLinkRules.check(c, timestamp, previous);
    } else {
      TufMetaRules.checkLostNames(c, metadata, previous);
      TufMetaRules.checkVersions(c, metadata, previous);
    }
    TufMetaRules.checkHashes(c, metadata, previous);
    EnvelopeRules.check(c);
    TufRootRules.checkChain(c);
    Bucket callerBudget = BudgetRules.chargeCaller(c);
    KeyState after =
        repeated.isPresent()
            ? history.state()
            : after(c, metadata, previous, bounds.allowSameVersion(), sequence);
    return new Admitted(c, after, callerBudget, repeated.orElse(null), List.of());
  }

  /**
   * What the request is compared with: what was admitted before its version. At the watermark that
   * is remembered only where a version may come again with other bytes; where it is not, the
   * contents at the watermark stand for it.
   */
  private static Frontier previous(Case c) {
    KeyState state = c.history().state();
    if (c.version() == c.watermarkNumber() && state.before().contents() > 0) {
      return state.before();
    }
    return state.resumed() ? Frontier.NONE : state.at();
  }

  private static KeyState after(
      Case c, TufMetadata metadata, Frontier previous, boolean allowSameVersion, long sequence) {
    KeyState before = c.history().state();
    boolean same = c.version() == c.watermarkNumber();
    Frontier content = Frontier.of(metadata);
    BudgetRules.Equals equals = BudgetRules.countEqual(c);
    return new KeyState(
        new Version(c.version()),
        before.watermark() == null ? sequence : before.firstSequence(),
        equals.since(),
        equals.count(),
        BudgetRules.chargeVersion(c),
        BudgetRules.chargeHashes(c, newFiles(content, previous)),
        same ? before.before() : allowSameVersion ? previous : Frontier.NONE,
        same ? before.at().and(content) : content,
        false);
  }

  private static int newFiles(Frontier content, Frontier previous) {
    return (int)
        content.files().entrySet().stream()
            .filter(file -> !file.getValue().equals(previous.files().get(file.getKey())))
            .count();
  }
}
