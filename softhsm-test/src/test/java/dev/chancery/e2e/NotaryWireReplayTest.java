package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.e2e.RecordedTraffic.Request;
import dev.chancery.softhsm.Chancery;
import dev.chancery.softhsm.ChanceryServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * All that a real notary-server asked its signer while a publisher worked, over mutual TLS and onto
 * a real token: everything is signed. Around each request stand attacks: its form spoilt before it,
 * the state abused after it. None of them makes the token do anything.
 */
@ChanceryServer(clock = "2026-11-23T07:13:00Z")
class NotaryWireReplayTest {
  private static final int MAX_FIRST_JUMP = 1000;

  private final Chancery chancery;
  private final Map<String, KeyInfo> keys = new HashMap<>();
  private final Map<RepositoryName, State> states = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private int attacks;

  NotaryWireReplayTest(Chancery chancery) {
    this.chancery = chancery;
  }

  /** What the appliance has signed for one repository. */
  private static final class State {
    final Map<Role, Integer> highest = new HashMap<>();
    final List<ServedSnapshot> snapshots = new ArrayList<>();
    // Per timestamp key: the snapshots it has named.
    final Map<KeyId, Set<String>> named = new HashMap<>();
  }

  @Test
  void signsWhatNotaryServerAsksAndNothingBeside(TestReporter reporter) {
    RecordedTraffic traffic = new RecordedTraffic(Vectors.directory("notary-wire/e2e-ecdsa"));
    List<Request> requests = traffic.requests();
    int signed = 0;
    for (Request request : requests) {
      chancery.clock().advanceTo(request.time());
      byte[] content = traffic.signed(request);
      KeyInfo info = keys.get(request.recordedKey());
      if (info == null) {
        info = newKey(request);
        attackFirstVersion(request, info.keyid(), content);
      }
      KeyId key = info.keyid();
      attackForm(request, key, content);
      ServedSnapshot named = traffic.namedSnapshot(request);
      if (named != null) {
        expectChecked("with its snapshot sent along", request, key, content, named);
      }
      SignedMetadata answer =
          chancery.client().sign(request.role(), new KeyChoice.ById(key), content, null);
      signed++;
      assertEquals(request.version(), answer.version());
      assertTrue(PublishedKey.of(info).verifies(content, answer), request.name());
      remember(traffic, request, key, content, answer);
      attackState(request, key, content, named);
    }
    reporter.publishEntry(
        "replay", signed + " of " + requests.size() + " signed, " + attacks + " attacks refused");
    assertEquals(55, signed);
    assertEquals(signed + keys.size(), chancery.signCalls(), "each, and each key's certificate");
    assertEquals(List.of(), wrong);
  }

  private KeyInfo newKey(Request request) {
    KeyInfo key =
        chancery
            .client()
            .createKey(Dialect.NOTARY, request.repository(), request.role(), Algorithm.ECDSA);
    assertFalse(keys.containsValue(key), "a rotation gets another key");
    keys.put(request.recordedKey(), key);
    return key;
  }

  private void remember(
      RecordedTraffic traffic, Request request, KeyId key, byte[] content, SignedMetadata answer) {
    State state = state(request);
    state.highest.merge(request.role(), request.version(), Math::max);
    if (request.role() == Role.SNAPSHOT) {
      ServedSnapshot made = ServedSnapshot.of(content, answer);
      traffic.made(request, made);
      state.snapshots.add(made);
    } else {
      state.named.computeIfAbsent(key, k -> new HashSet<>()).add(namedHash(content));
    }
  }

  private void attackForm(Request request, KeyId key, byte[] content) {
    for (FormAttack attack : FormAttack.values()) {
      expectRefused(attack.control(), attack.name(), request, key, attack.spoil(content));
    }
    Role other = request.role() == Role.TIMESTAMP ? Role.SNAPSHOT : Role.TIMESTAMP;
    long before = chancery.signCalls();
    attacks++;
    compare(
        "WRONG_TYPE",
        Verdicts.sign(chancery.client(), other, new KeyChoice.ById(key), content),
        "the other role's route",
        request,
        before);
  }

  /** A new key may begin up to 1000 above what its repository had, and not above that. */
  private void attackFirstVersion(Request request, KeyId key, byte[] content) {
    State state = state(request);
    int start = state.highest.getOrDefault(request.role(), 0);
    if (request.role() == Role.SNAPSHOT) {
      start = Math.max(start, state.highest.getOrDefault(Role.TIMESTAMP, 0));
    }
    expectRefused(
        "FIRST_VERSION_TOO_HIGH",
        "first version + 1001",
        request,
        key,
        withVersion(content, start + MAX_FIRST_JUMP + 1));
    attacks++;
    compare(
        Verdicts.ADMISSIBLE,
        Verdicts.check(
            chancery.client(),
            request.role(),
            new KeyChoice.ById(key),
            withVersion(content, start + MAX_FIRST_JUMP),
            null),
        "first version + 1000",
        request,
        chancery.signCalls());
  }

  private void attackState(
      Request request, KeyId key, byte[] content, @Nullable ServedSnapshot named) {
    int version = request.version();
    if (version > 1) {
      expectRefused(
          "VERSION_ROLLBACK", "version - 1", request, key, withVersion(content, version - 1));
    }
    expectRefused("VERSION_JUMP", "version + 2", request, key, withVersion(content, version + 2));
    if (named != null) {
      attackLink(request, key, withVersion(content, version + 1), named);
    }
  }

  /** The only predecessor names a snapshot signed here, so the next timestamp must too. */
  private void attackLink(Request request, KeyId key, byte[] next, ServedSnapshot named) {
    State state = state(request);
    for (ServedSnapshot older : state.snapshots) {
      if (older.sha256().equals(named.sha256())) {
        break;
      }
      // A key that carried the file itself knows it as superseded; one that did not, as older.
      boolean carried = state.named.getOrDefault(key, Set.of()).contains(older.sha256());
      expectRefused(
          carried ? "META_ROLLBACK" : "SNAPSHOT_ROLLBACK",
          "a superseded snapshot",
          request,
          key,
          naming(next, named, older.meta()));
    }
    ServedSnapshot foreign = new ServedSnapshot("{}".getBytes(UTF_8));
    expectRefused(
        "SNAPSHOT_NOT_ISSUED",
        "a snapshot never signed here",
        request,
        key,
        naming(next, named, foreign.meta()));
    expectChecked("the same snapshot again", request, key, next, named);
  }

  private static byte[] naming(byte[] timestamp, ServedSnapshot instead, String meta) {
    return new String(timestamp, UTF_8).replace(instead.meta(), meta).getBytes(UTF_8);
  }

  private static byte[] withVersion(byte[] content, int version) {
    return new String(content, UTF_8)
        .replaceFirst("\"version\":\\d+}$", "\"version\":" + version + "}")
        .getBytes(UTF_8);
  }

  private static String namedHash(byte[] timestamp) {
    return Vectors.json(timestamp).at("/meta/snapshot/hashes/sha256").asText();
  }

  private void expectRefused(
      String control, String attack, Request request, KeyId key, byte[] content) {
    long before = chancery.signCalls();
    attacks++;
    compare(
        control,
        Verdicts.sign(chancery.client(), request.role(), new KeyChoice.ById(key), content),
        attack,
        request,
        before);
  }

  private void expectChecked(
      String what, Request request, KeyId key, byte[] content, ServedSnapshot sentAlong) {
    long before = chancery.signCalls();
    compare(
        Verdicts.ADMISSIBLE,
        Verdicts.check(
            chancery.client(), request.role(), new KeyChoice.ById(key), content, sentAlong.file()),
        what,
        request,
        before);
  }

  private void compare(
      String expected, String verdict, String what, Request request, long signCallsBefore) {
    if (!verdict.equals(expected)) {
      wrong.add(request.name() + ", " + what + ": expected " + expected + ", was " + verdict);
    }
    assertEquals(signCallsBefore, chancery.signCalls(), what + " made the token sign");
  }

  private State state(Request request) {
    return states.computeIfAbsent(request.repository(), name -> new State());
  }
}
