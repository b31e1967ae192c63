package dev.chancery.cli.demo;

import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.canonical.CanonicalJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What somebody who has taken over a TUF 1.0 repository's publishing machine could ask for next.
 * Each differs from a request that is signed in one thing only.
 */
final class TufAttacks {
  private final Stage stage;
  private final TufRepository repository;
  private final KeyChoice replaced;
  private final List<Attack> attacks = new ArrayList<>();

  private TufAttacks(Stage stage, TufRepository repository, KeyChoice replaced) {
    this.stage = stage;
    this.repository = repository;
    this.replaced = replaced;
  }

  /**
   * All of them.
   *
   * @param replaced a timestamp key that the newest root does not list any more
   */
  static List<Attack> on(Stage stage, TufRepository repository, KeyChoice replaced) {
    return new TufAttacks(stage, repository, replaced).all();
  }

  private List<Attack> all() {
    int newest = repository.version();
    int next = newest + 1;
    timestamp(
        "serve an old state as the newest",
        "a timestamp of a version before",
        "VERSION_ROLLBACK",
        newest - 1,
        signed -> {});
    timestamp(
        "show some clients another state",
        "another timestamp of version " + newest,
        "EQUIVOCATION",
        newest,
        signed -> signed.put("spec_version", "1.0.32"));
    timestamp(
        "burn versions, so that the real publisher is refused later",
        "timestamp version 2147483647",
        "VERSION_JUMP",
        Integer.MAX_VALUE,
        signed -> {});
    timestamp(
        "freeze every client for a century",
        "a timestamp that expires in 2126",
        "EXPIRY_TOO_FAR",
        next,
        signed -> signed.put("expires", "2126-11-23T07:13:31Z"));
    timestamp(
        "never expire at all, as tuf-js would believe",
        "a timestamp that expires \"never\"",
        "MALFORMED",
        next,
        signed -> signed.put("expires", "never"));
    timestamp(
        "smuggle something in under our signature",
        "a member \"x-note\" that nobody configured",
        "UNKNOWN_FIELD",
        next,
        signed -> signed.put("x-note", "signed by Chancery"));
    files(newest, next);
    strangers(next);
    return attacks;
  }

  private void files(int newest, int next) {
    timestamp(
        "bring back the repository of before",
        "a timestamp that names snapshot version " + (newest - 1),
        "SNAPSHOT_ROLLBACK",
        next,
        signed -> signed.put("meta", Map.of("snapshot.json", Map.of("version", newest - 1))));
    timestamp(
        "hold clients to a snapshot that will never come",
        "a timestamp that names snapshot version 2147483647",
        "SNAPSHOT_NOT_ISSUED",
        next,
        signed ->
            signed.put("meta", Map.of("snapshot.json", Map.of("version", Integer.MAX_VALUE))));
    snapshot(
        "hide a delegation",
        "a snapshot without team.json",
        "META_NAME_LOST",
        meta -> meta.remove("team.json"));
    snapshot(
        "bring back a delegation's old targets",
        "a snapshot with team.json of version 1",
        "META_ROLLBACK",
        meta -> meta.put("team.json", Map.of("version", 1)));
    byte[] changed = repository.targetsFile();
    changed[changed.length / 2] ^= 1;
    chain(
        "publish targets of his own", "targets with one bit changed", "TARGETS_MISMATCH", changed);
  }

  private void strangers(int next) {
    attack(
        "go on with the key that was replaced",
        "the honest next timestamp, for the old key",
        "KEY_NOT_IN_ROOT",
        Role.TIMESTAMP,
        replaced,
        repository.timestamp(next, signed -> {}));
    attack(
        "use one key for another role",
        "a snapshot, to be signed with the timestamp key",
        "WRONG_TYPE",
        Role.SNAPSHOT,
        repository.timestampKey(),
        repository.snapshot(meta -> {}));
    attacks.add(
        new Attack(
            "sign as nobody",
            "a connection without a client certificate",
            Verdict.TLS_ALERT,
            stage::withoutCertificate));
  }

  private void timestamp(
      String goal,
      String sent,
      String expected,
      int version,
      Consumer<Map<String, Object>> change) {
    attack(
        goal,
        sent,
        expected,
        Role.TIMESTAMP,
        repository.timestampKey(),
        repository.timestamp(version, change));
  }

  private void snapshot(
      String goal, String sent, String expected, Consumer<Map<String, Object>> change) {
    Map<String, Object> signed = repository.snapshot(change);
    signed.put("version", repository.version() + 1);
    attack(goal, sent, expected, Role.SNAPSHOT, repository.snapshotKey(), signed);
  }

  private void chain(String goal, String sent, String expected, byte[] targets) {
    byte[] signed =
        CanonicalJson.encode(repository.timestamp(repository.version() + 1, each -> {}));
    byte[] file = Arrays.copyOf(targets, targets.length);
    attacks.add(
        new Attack(
            goal,
            sent,
            expected,
            () -> {
              try {
                return Verdict.of(
                    stage
                        .trustServer()
                        .sign(repository.timestampKey(), signed, repository.snapshotFile(), file));
              } catch (ChanceryProblem problem) {
                return Verdict.of(problem);
              }
            }));
  }

  private void attack(
      String goal,
      String sent,
      String expected,
      Role route,
      KeyChoice key,
      Map<String, Object> signed) {
    attacks.add(
        new Attack(
            goal,
            sent,
            expected,
            Attack.signature(stage.trustServer(), route, key, CanonicalJson.encode(signed))));
  }
}
