package dev.chancery.cli.demo;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.SignedMetadata;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Plays the trust server of a recording: has keys made, and metadata signed with them. */
final class Replay {
  private static final double NANOS_PER_MILLI = 1e6;

  private final ChanceryClient client;
  private final Map<Role, KeyInfo> keys = new EnumMap<>(Role.class);
  private final List<Signed> signed = new ArrayList<>();

  Replay(ChanceryClient client) {
    this.client = client;
  }

  /** Has the repository's key of {@code role} made. */
  KeyInfo createKey(Recording recording, Role role) {
    KeyInfo made = client.createKey(Dialect.NOTARY, recording.repository(), role, Algorithm.ECDSA);
    keys.put(role, made);
    return made;
  }

  /**
   * Asks for what was asked for then. A timestamp names the snapshot file that was signed last:
   * with other keys it has other signatures, and so another hash.
   */
  Signed sign(Recording.Request request) {
    byte[] bytes =
        request.role() == Role.TIMESTAMP
            ? NotaryFile.naming(request.signed(), last(Role.SNAPSHOT).file())
            : request.signed();
    return sign(request.role(), request.step(), bytes);
  }

  /** Asks for a signature, which must be given. */
  Signed sign(Role role, String step, byte[] bytes) {
    long start = System.nanoTime();
    SignedMetadata answer = client.sign(role, key(role), bytes, null);
    double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
    Signed made = new Signed(role, step, bytes, NotaryFile.envelope(bytes, answer), answer, millis);
    signed.add(made);
    return made;
  }

  /** The timestamp that an honest server would ask for next. */
  byte[] nextTimestamp() {
    return NotaryFile.naming(Attacks.nextVersion(last(Role.TIMESTAMP)), last(Role.SNAPSHOT).file());
  }

  /** How to name the key of {@code role}. */
  KeyChoice key(Role role) {
    return new KeyChoice.ById(keyId(role));
  }

  KeyId keyId(Role role) {
    KeyInfo key = keys.get(role);
    if (key == null) {
      throw new IllegalStateException("no " + role.id() + " key has been made yet");
    }
    return key.keyid();
  }

  /** Everything signed so far, in order. */
  List<Signed> signed() {
    return List.copyOf(signed);
  }

  /** What was signed last for {@code role}. */
  Signed last(Role role) {
    return signed.reversed().stream()
        .filter(each -> each.role() == role)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + role.id() + " has been signed yet"));
  }

  /** What was signed for {@code role} with that version. */
  Signed of(Role role, long version) {
    return signed.stream()
        .filter(each -> each.role() == role && each.answer().version() == version)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("no " + role.id() + " " + version + " was signed"));
  }
}
