package dev.chancery.reconcile;

import dev.chancery.api.KeyId;
import dev.chancery.api.Sha256;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.ParsedRow;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the ledger's rows say was signed with some keys, from some version of each on. */
final class Admissions {
  /** How sure it is that there is a signature. */
  enum State {
    /** Somebody's word: a re-base or an import names it. */
    VOUCHED,
    /** No good signature came. */
    FAILED,
    /** Admitted, and no row says what became of it: the process ended just then. */
    OPEN,
    /** The signature is on the record. */
    SIGNED
  }

  /**
   * One content of one version.
   *
   * @param row that admitted it first, {@code caller} who asked for it then
   */
  record Content(int version, Sha256 digest, long row, Instant time, String caller, State state) {
    Content with(State newState) {
      return new Content(version, digest, row, time, caller, newState);
    }

    /** Whether somebody may have a signature of it. */
    boolean mayBeHeld() {
      return state == State.SIGNED || state == State.OPEN;
    }
  }

  private record Pending(KeyId key, int version, Sha256 digest) {}

  private final Map<KeyId, Integer> from;
  private final Map<KeyId, TreeMap<Integer, Map<Sha256, Content>>> contents = new HashMap<>();
  private final Map<Long, Pending> pending = new HashMap<>();
  private long firstRow = -1;

  private Admissions(Map<KeyId, Integer> from) {
    this.from = from;
  }

  /**
   * Reads all rows.
   *
   * @param from the lowest version wanted of each key; nothing is kept of other keys
   */
  static Admissions read(LedgerReader ledger, Map<KeyId, Integer> from) {
    Admissions admissions = new Admissions(Map.copyOf(from));
    ledger.rows(0, admissions::take);
    return admissions;
  }

  private void take(long sequence, byte[] body) {
    if (firstRow < 0) {
      firstRow = sequence;
    }
    ParsedRow row = ParsedRow.of(body);
    switch (row.text("kind")) {
      case "decision" -> decided(sequence, row);
      case "issued" -> settle(row, State.SIGNED);
      case "attempt-failed" -> settle(row, State.FAILED);
      case "re-base", "watermark-import" ->
          keep(sequence, row, row.number("watermarkAfter"), State.VOUCHED);
      default -> {}
    }
  }

  private void decided(long sequence, ParsedRow row) {
    if (row.text("outcome").startsWith("admitted")) {
      keep(sequence, row, row.number("version"), State.OPEN);
    }
  }

  private void keep(long sequence, ParsedRow row, long number, State state) {
    KeyId key = new KeyId(row.text("keyid"));
    int version = Math.toIntExact(number);
    Integer wanted = from.get(key);
    if (wanted == null || version < wanted) {
      return;
    }
    Sha256 digest = Sha256.fromHex(row.text("canonicalSha256"));
    Map<Sha256, Content> ofVersion =
        contents
            .computeIfAbsent(key, k -> new TreeMap<>())
            .computeIfAbsent(version, v -> new LinkedHashMap<>());
    Content before = ofVersion.get(digest);
    // What is signed stays so: bytes that come again get the recorded signature.
    if (before == null) {
      Instant time = Instant.parse(row.text("time"));
      ofVersion.put(
          digest, new Content(version, digest, sequence, time, row.text("caller"), state));
    } else if (before.state() != State.SIGNED && state == State.OPEN) {
      ofVersion.put(digest, before.with(State.OPEN));
    }
    if (state == State.OPEN) {
      pending.put(sequence, new Pending(key, version, digest));
    }
  }

  private void settle(ParsedRow row, State state) {
    Pending settled = pending.remove(row.number("decision"));
    if (settled != null) {
      contents
          .getOrDefault(settled.key(), new TreeMap<>())
          .getOrDefault(settled.version(), Map.of())
          .computeIfPresent(
              settled.digest(),
              (digest, content) -> content.state() == State.SIGNED ? content : content.with(state));
    }
  }

  /** The content, if the rows have it. */
  Optional<Content> find(KeyId key, int version, Sha256 digest) {
    return Optional.ofNullable(
        contents.getOrDefault(key, new TreeMap<>()).getOrDefault(version, Map.of()).get(digest));
  }

  /** All contents of a key, by version. */
  List<Content> of(KeyId key) {
    return contents.getOrDefault(key, new TreeMap<>()).values().stream()
        .map(Map::values)
        .flatMap(Collection::stream)
        .toList();
  }

  /** The first row that was there; those before it are archived. */
  long firstRow() {
    return Math.max(firstRow, 0);
  }
}
