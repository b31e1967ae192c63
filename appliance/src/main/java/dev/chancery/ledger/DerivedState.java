package dev.chancery.ledger;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.TokenPlace;
import dev.chancery.ledger.DecisionReplay.KeyHistory;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares derived state with what the rows say it must be: keys and their status, watermarks and
 * contents at the watermark. Which files a metadata named does not stand in the rows, so frontiers
 * and seen hashes are not compared.
 */
final class DerivedState {
  private static final String NONE = "none";

  private final DecisionReplay replay;
  private final DecisionReplay.Findings findings;

  private DerivedState(DecisionReplay replay, DecisionReplay.Findings findings) {
    this.replay = replay;
    this.findings = findings;
  }

  static void compare(LedgerView view, DecisionReplay replay, DecisionReplay.Findings findings) {
    DerivedState derived = new DerivedState(replay, findings);
    derived.compareKeys(view);
    derived.compareRepositories(view);
  }

  private void compareKeys(LedgerView view) {
    Map<Integer, LedgerView.StoredState> states = view.states();
    Set<String> missing = new TreeSet<>(replay.keys().keySet());
    for (KeyRecord key : view.keys()) {
      String id = key.id().hex();
      missing.remove(id);
      KeyHistory history = replay.keys().get(id);
      if (history == null) {
        found("key " + id + " is kept, but no row made it");
      } else {
        compareKey(key, history);
        compareState(id, history, states.get(key.number()));
      }
    }
    missing.forEach(id -> found("key " + id + " is not kept, but a row made it"));
  }

  private void compareKey(KeyRecord key, KeyHistory history) {
    ParsedRow made = history.made();
    same(key, "repository", key.repository().value(), made.text("repository"));
    same(key, "dialect", key.dialect().id(), made.text("dialect"));
    same(key, "role", key.role().id(), made.text("role"));
    same(key, "algorithm", key.algorithm().id(), made.text("algorithm"));
    same(key, "mode", key.mode().id(), made.text("mode"));
    TokenPlace place = key.place();
    same(key, "token key", keyId(place), made.optionalText("tokenKeyId").orElse(NONE));
    same(key, "attributes", attributes(place), made.optionalText("keyAttributes").orElse(NONE));
    String publicKey = Base64.getEncoder().encodeToString(key.publicKey().der());
    same(key, "public key", publicKey, made.text("publicKey"));
    same(key, "status", key.status().id(), history.status());
  }

  private static String keyId(@Nullable TokenPlace place) {
    return place == null ? NONE : place.keyId();
  }

  private static String attributes(@Nullable TokenPlace place) {
    return place == null ? NONE : place.attributes().hex();
  }

  private void same(KeyRecord key, String what, String kept, String recorded) {
    if (!kept.equals(recorded)) {
      found("key " + key.id() + ": another " + what + " is kept than the rows say");
    }
  }

  private void compareState(
      String id, KeyHistory history, LedgerView.@Nullable StoredState stored) {
    int watermark = stored == null ? 0 : stored.watermark();
    if (watermark != history.watermark()) {
      found(
          "key "
              + id
              + ": the watermark is "
              + watermark
              + ", but the rows say "
              + history.watermark());
    } else if (stored != null
        && (stored.firstSequence() != history.firstSequence()
            || stored.loweredBy() != history.loweredBy()
            || stored.resumed() != history.resumed()
            || !stored.contents().equals(history.contents()))) {
      found("key " + id + ": other contents are kept than the rows admitted");
    }
  }

  private void compareRepositories(LedgerView view) {
    Map<String, RepositorySettings> recorded = new HashMap<>(replay.repositories());
    for (RepositorySettings kept : view.repositories()) {
      RepositorySettings said = recorded.remove(kept.name().value());
      if (!kept.equals(said == null ? RepositorySettings.usual(kept.name()) : said)) {
        found("repository " + kept.name() + ": other settings are kept than the rows say");
      }
    }
    recorded
        .keySet()
        .forEach(name -> found("repository " + name + ": its settings are not kept, but a row is"));
  }

  private void found(String what) {
    findings.found(LedgerVerification.DERIVED, what);
  }
}
