package dev.chancery.policy;

import dev.chancery.api.MetaFile;
import dev.chancery.api.NotaryMetadata;
import dev.chancery.api.Timestamp;
import dev.chancery.api.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which Notary timestamps and snapshots may be signed: RULES sections 3 and 7, DESIGN section 3.
 * The checks run in the order of the TUF client workflow (specification 5.4, 5.5); the first that
 * fails is the answer.
 */
final class NotaryPolicy {
  private final PolicySettings settings;

  NotaryPolicy(PolicySettings settings) {
    this.settings = settings;
  }

  /**
   * Admits {@code metadata} or throws. In shadow mode the state rules do not throw; the admission
   * then says which of them would have.
   */
  Admitted admit(
      NotaryMetadata metadata, Proposal proposal, History history, long sequence, Instant now) {
    Case c = new Case(proposal, history, settings, now);
    ExpiryRules.check(c);
    c.stateRule(() -> VersionRules.checkNotary(c));
    c.stateRule(() -> MetaRules.checkSuperseded(c, metadata));
    c.stateRule(() -> MetaRules.checkLostNames(c, metadata));
    if (metadata instanceof Timestamp timestamp) {
      c.stateRule(() -> LinkRules.check(c, timestamp));
    }
    c.stateRule(() -> EnvelopeRules.check(c));
    Bucket callerBudget = BudgetRules.chargeCaller(c);
    // The same bytes again change nothing (RULES NT-6).
    return c.repeated()
        .map(same -> new Admitted(c, c.history().state(), callerBudget, same, List.of()))
        .orElseGet(() -> new NewContent(c, metadata, sequence).admitted(callerBudget));
  }

  /** What becomes of a key's state by a content not admitted before. */
  private static final class NewContent {
    private final Case c;
    private final NotaryMetadata metadata;
    private final KeyState before;
    private final long sequence;
    private int newHashes;

    NewContent(Case c, NotaryMetadata metadata, long sequence) {
      this.c = c;
      this.metadata = metadata;
      this.before = c.history().state();
      this.sequence = sequence;
    }

    Admitted admitted(Bucket callerBudget) {
      Map<String, Carried> carried = carried();
      KeyState after = stateWith(carried);
      List<Admitted.Remembered> remembered = superseded(carried);
      forget(before.before(), after, remembered);
      forget(before.at(), after, remembered);
      return new Admitted(c, after, callerBudget, null, remembered);
    }

    private Map<String, Carried> carried() {
      Map<String, Carried> carried = new HashMap<>();
      for (Map.Entry<String, MetaFile> entry : metadata.meta().entrySet()) {
        carried.put(entry.getKey(), carried(entry.getKey(), entry.getValue()));
      }
      return carried;
    }

    private Carried carried(String name, MetaFile file) {
      Carried known = before.at().carried(name, file.sha256());
      if (known == null) {
        known = before.before().carried(name, file.sha256());
      }
      if (known != null) {
        return known;
      }
      return c.history()
          .seen(name, file.sha256())
          .map(seen -> new Carried(file.sha256(), seen.firstSequence()))
          .orElseGet(() -> firstTime(file));
    }

    private Carried firstTime(MetaFile file) {
      newHashes++;
      return new Carried(file.sha256(), sequence);
    }

    // What version - 1 carried and this content replaces by something first seen later.
    private List<Admitted.Remembered> superseded(Map<String, Carried> carried) {
      Frontier previous = before.predecessors(c.version());
      List<Admitted.Remembered> superseded = new ArrayList<>();
      carried.forEach(
          (name, now) -> {
            for (Carried older : previous.carried(name)) {
              if (older.firstSequence() < now.firstSequence()) {
                superseded.add(new Admitted.Remembered(name, older, true));
              }
            }
          });
      return superseded;
    }

    // What only the state knew of, and will know no more.
    private void forget(Frontier frontier, KeyState after, List<Admitted.Remembered> remembered) {
      frontier
          .names()
          .forEach(
              (name, entry) -> {
                for (Carried file : entry.hashes()) {
                  if (!holds(after, name, file) && !wasSuperseded(frontier, name, file)) {
                    remembered.add(new Admitted.Remembered(name, file, false));
                  }
                }
              });
    }

    private static boolean holds(KeyState state, String name, Carried file) {
      return state.at().carried(name, file.hash()) != null
          || state.before().carried(name, file.hash()) != null;
    }

    // If so it is remembered since then.
    private boolean wasSuperseded(Frontier frontier, String name, Carried file) {
      return before.at().version() == frontier.version() + 1
          && before.at().carried(name).stream()
              .anyMatch(newer -> file.firstSequence() < newer.firstSequence());
    }

    private KeyState stateWith(Map<String, Carried> carried) {
      int version = c.version();
      // Empty for a higher version; for a lower one, let through in shadow mode, what is still
      // known of it.
      Frontier base = before.at(version);
      SnapshotOrder named =
          metadata instanceof Timestamp timestamp ? LinkRules.named(c.history(), timestamp) : null;
      BudgetRules.Equals equals = BudgetRules.countEqual(c);
      return new KeyState(
          new Version(version),
          before.watermark() == null ? sequence : before.firstSequence(),
          equals.since(),
          equals.count(),
          BudgetRules.chargeVersion(c),
          BudgetRules.chargeHashes(c, newHashes),
          version == c.watermarkNumber() && !before.resumed()
              ? before.before()
              : precedingVersion(),
          base.with(version, carried, named),
          false);
    }

    // Every content of a rotated timestamp key's first version follows the previous key's, not
    // only the first of them; when the second comes, the previous key is no longer known as such.
    private Frontier precedingVersion() {
      return c.watermark() == null && metadata instanceof Timestamp
          ? LinkRules.predecessors(c).withoutNames()
          : before.predecessors(c.version());
    }
  }
}
