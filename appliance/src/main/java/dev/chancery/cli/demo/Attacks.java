package dev.chancery.cli.demo;

import dev.chancery.api.Role;
import dev.chancery.api.client.KeyChoice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What somebody who has taken over the trust server, certificate and all, could ask for next. Each
 * differs from a request that is signed in one thing only.
 */
final class Attacks {
  private static final String RELEASES = "targets/releases";
  private static final int REVOKED_AT = 4;

  private final Stage stage;
  private final Replay replay;
  private final byte[] nextTimestamp;
  private final byte[] nextSnapshot;
  private final List<Attack> attacks = new ArrayList<>();

  private Attacks(Stage stage, Replay replay) {
    this.stage = stage;
    this.replay = replay;
    this.nextTimestamp = replay.nextTimestamp();
    this.nextSnapshot = nextVersion(replay.last(Role.SNAPSHOT));
  }

  /** All of them, for a repository that has just been replayed. */
  static List<Attack> on(Stage stage, Replay replay) {
    return new Attacks(stage, replay).all();
  }

  static byte[] nextVersion(Signed last) {
    return NotaryFile.with(
        last.bytes(), signed -> signed.put("version", last.answer().version() + 1));
  }

  private List<Attack> all() {
    versions();
    forms();
    oldFiles();
    strangers();
    return attacks;
  }

  private void versions() {
    long watermark = replay.last(Role.TIMESTAMP).answer().version();
    Signed old = replay.of(Role.TIMESTAMP, 5);
    timestamp(
        "serve an old state as the newest",
        "timestamp version 5 again, exactly as it was signed",
        "VERSION_ROLLBACK",
        old.bytes());
    timestamp(
        "burn versions, so that the real server is refused later",
        "timestamp version " + (watermark + 2) + "; the newest one signed is " + watermark,
        "VERSION_JUMP",
        changed(signed -> signed.put("version", watermark + 2)));
    timestamp(
        "freeze every client for a century",
        "timestamp version " + (watermark + 1) + " that expires in 2126",
        "EXPIRY_TOO_FAR",
        changed(signed -> signed.put("expires", "2126-11-23T07:13:31Z")));
  }

  private void forms() {
    timestamp(
        "hide a second version from us that Go clients read",
        "\"VERSION\":1000000 beside \"version\"",
        "UNKNOWN_FIELD",
        changed(signed -> signed.put("VERSION", 1_000_000)));
    timestamp(
        "smuggle something in under our signature",
        "a member \"x-note\" that no specification has",
        "UNKNOWN_FIELD",
        changed(signed -> signed.put("x-note", "signed by Chancery")));
    String text = new String(nextTimestamp, StandardCharsets.UTF_8);
    timestamp(
        "be read in one way here and in another by clients",
        "\"version\" twice in one object",
        "MALFORMED",
        (text.substring(0, text.length() - 1) + ",\"version\":1}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private void oldFiles() {
    timestamp(
        "bring back the repository of before the revocation",
        "a new timestamp that names snapshot version " + (REVOKED_AT - 1),
        "META_ROLLBACK",
        NotaryFile.naming(nextTimestamp, replay.of(Role.SNAPSHOT, REVOKED_AT - 1).file()));
    Object beforeRevocation =
        NotaryFile.metaOf(replay.of(Role.SNAPSHOT, REVOKED_AT - 1).bytes(), RELEASES);
    attack(
        "bring back one revoked tag",
        "a new snapshot with the " + RELEASES + " file of before the revocation",
        "META_ROLLBACK",
        Role.SNAPSHOT,
        replay.key(Role.SNAPSHOT),
        NotaryFile.withMeta(nextSnapshot, RELEASES, beforeRevocation));
    timestamp(
        "pass off a snapshot made elsewhere",
        "a new timestamp that names a file nobody signed here",
        "SNAPSHOT_NOT_ISSUED",
        NotaryFile.naming(nextTimestamp, "{\"signed\":{}}".getBytes(StandardCharsets.UTF_8)));
  }

  private void strangers() {
    attack(
        "use one key for another role",
        "a snapshot, to be signed with the timestamp key",
        "WRONG_TYPE",
        Role.SNAPSHOT,
        replay.key(Role.TIMESTAMP),
        nextSnapshot);
    attacks.add(
        new Attack(
            "sign as somebody who may only look on",
            "the honest next timestamp, with the operator's certificate",
            "ROLE_NOT_ALLOWED",
            Attack.signature(
                stage.operator(), Role.TIMESTAMP, replay.key(Role.TIMESTAMP), nextTimestamp)));
    attacks.add(
        new Attack(
            "sign as nobody",
            "a connection without a client certificate",
            Verdict.TLS_ALERT,
            stage::withoutCertificate));
  }

  private byte[] changed(Consumer<Map<String, Object>> change) {
    return NotaryFile.with(nextTimestamp, change);
  }

  private void timestamp(String goal, String sent, String expected, byte[] signed) {
    attack(goal, sent, expected, Role.TIMESTAMP, replay.key(Role.TIMESTAMP), signed);
  }

  private void attack(
      String goal, String sent, String expected, Role route, KeyChoice key, byte[] signed) {
    attacks.add(
        new Attack(
            goal, sent, expected, Attack.signature(stage.trustServer(), route, key, signed)));
  }
}
