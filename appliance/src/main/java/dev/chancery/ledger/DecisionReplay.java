package dev.chancery.ledger;

import dev.chancery.api.Custody;
import dev.chancery.api.KeyStatus;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.RepositorySettings;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.policy.ShadowMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What rows say of keys, taken one after the other: the state a ledger must have derived. */
final class DecisionReplay {
  /** Takes what is wrong. */
  @FunctionalInterface
  interface Findings {
    void found(long sequence, String what);
  }

  /** What rows say of one key. */
  static final class KeyHistory {
    private final ParsedRow made;
    private String status = "active";
    private int watermark;
    private long firstSequence;
    private long loweredBy;
    private boolean resumed;
    private boolean followed;
    private final Map<Sha256, Long> contents = new HashMap<>();

    KeyHistory(ParsedRow made) {
      this.made = made;
    }

    /** The row that made it. */
    ParsedRow made() {
      return made;
    }

    String status() {
      return status;
    }

    /** Version of the newest admission, re-base or import; or 0. */
    int watermark() {
      return watermark;
    }

    /** The row of its first admission. */
    long firstSequence() {
      return firstSequence;
    }

    /** The row that took the watermark down last, in shadow mode or a re-base; 0 if none did. */
    long loweredBy() {
      return loweredBy;
    }

    /** Whether nothing new was admitted since a re-base of the key or the ledger. */
    boolean resumed() {
      return resumed;
    }

    /** Digests admitted at the watermark and the rows that first admitted them. */
    Map<Sha256, Long> contents() {
      return contents;
    }
  }

  /** A snapshot file issued. */
  record File(String keyId, int version, long length, String sha512) {}

  /** Takes what is said once for each signature and not kept here. */
  interface Listener {
    /** Nobody. */
    Listener NONE = new Listener() {};

    /** A signature that follows from an admission. */
    default void issued(long sequence, ParsedRow issued, Admission admission, KeyHistory key) {}

    /** The file that a snapshot's signature made. */
    default void file(long sequence, Sha256 sha256, File file) {}
  }

  /** What may be signed and was not yet. */
  record Admission(String keyId, long version, Sha256 digest) {}

  private final Listener listener;
  private final long archivedThrough;
  private final Map<Long, Admission> open = new HashMap<>();
  private final Findings findings;
  private final Map<String, KeyHistory> keys = new LinkedHashMap<>();
  private final Map<String, RepositorySettings> repositories = new HashMap<>();

  DecisionReplay(Findings findings, Listener listener) {
    this(findings, listener, -1);
  }

  /**
   * Where rows are missing that were archived.
   *
   * @param archivedThrough the last row that may be missing; −1 for none
   */
  DecisionReplay(Findings findings, Listener listener, long archivedThrough) {
    this.findings = findings;
    this.listener = listener;
    this.archivedThrough = archivedThrough;
  }

  /** By key id, in the order they were made. */
  Map<String, KeyHistory> keys() {
    return keys;
  }

  /** What operators said of repositories, by name. */
  Map<String, RepositorySettings> repositories() {
    return repositories;
  }

  /** Takes a row of right shape. */
  void row(long sequence, ParsedRow row) {
    switch (row.text("kind")) {
      case "key" -> {
        if (keys.put(row.text("keyid"), new KeyHistory(row)) != null) {
          findings.found(sequence, "the key was made before");
        }
      }
      case "key-status" -> key(sequence, row).ifPresent(key -> status(sequence, row, key));
      case "repository" -> repositories.put(row.text("repository"), settings(row));
      case "decision" -> {
        if (Outcome.isAdmission(row)) {
          shadow(sequence, row);
          key(sequence, row).ifPresent(key -> admitted(sequence, row, key));
        }
      }
      case "re-base" -> key(sequence, row).ifPresent(key -> rebased(sequence, row, key));
      case "watermark-import" -> key(sequence, row).ifPresent(key -> imported(sequence, row, key));
      case "ledger-re-base" -> resumeAll(sequence, row);
      case "issued" -> {
        ofDecision(sequence, row, true);
        row.optionalText("fileSha256").ifPresent(sha256 -> issuedFile(sequence, row, sha256));
      }
      case "attempt-failed" -> ofDecision(sequence, row, false);
      default -> {}
    }
  }

  private Optional<KeyHistory> key(long sequence, ParsedRow row) {
    KeyHistory key = keys.get(row.text("keyid"));
    if (key == null) {
      findings.found(sequence, "no row before it made the key");
    }
    return Optional.ofNullable(key);
  }

  private void shadow(long sequence, ParsedRow row) {
    row.optionalText("control")
        .filter(control -> !ShadowMode.relaxes(Refusal.valueOf(control)))
        .ifPresent(
            control -> findings.found(sequence, "shadow mode lets nothing through for " + control));
  }

  private void status(long sequence, ParsedRow row, KeyHistory key) {
    if (key.status.equals(KeyStatus.RETIRED.id())) {
      findings.found(sequence, "the key was retired for ever before");
    }
    key.status = row.text("status");
  }

  private static RepositorySettings settings(ParsedRow row) {
    return new RepositorySettings(
        new RepositoryName(row.text("repository")),
        Custody.of(row.text("custody")),
        version(row, "timestampStart"),
        version(row, "snapshotStart"));
  }

  private static @Nullable Version version(ParsedRow row, String name) {
    return row.optionalNumber(name)
        .map(number -> new Version(Math.toIntExact(number)))
        .orElse(null);
  }

  private void admitted(long sequence, ParsedRow row, KeyHistory key) {
    adopt(sequence, row, key);
    int version = Math.toIntExact(row.number("version"));
    if (version < key.watermark && row.text("outcome").equals(Outcome.ADMITTED)) {
      findings.found(
          sequence, "version " + version + " was admitted after version " + key.watermark);
      return;
    }
    if (row.optionalNumber("watermarkBefore").orElse(0L) != key.watermark
        || row.number("watermarkAfter") != version) {
      findings.found(sequence, "the watermarks are not those of the rows before");
    }
    if (key.watermark == 0) {
      key.firstSequence = sequence;
    }
    if (version < key.watermark) {
      key.loweredBy = sequence;
    }
    if (version != key.watermark) {
      key.contents.clear();
      key.watermark = version;
    }
    Sha256 digest = Sha256.fromHex(row.text("canonicalSha256"));
    open.put(sequence, new Admission(row.text("keyid"), version, digest));
    Long earlier = key.contents.putIfAbsent(digest, sequence);
    if (earlier == null) {
      key.resumed = false;
    }
    long repeats = row.optionalNumber("repeats").orElse(-1L);
    boolean ofArchived = repeats >= 0 && repeats <= archivedThrough && earlier == null;
    if (ofArchived) {
      key.contents.put(digest, repeats);
    } else if (repeats != (earlier == null ? -1 : earlier)) {
      findings.found(sequence, "what it repeats is not the row that first admitted these bytes");
    }
  }

  // Between rows that were archived, and before the first of a key that was not, others are
  // missing: what this one says of them is taken for true.
  private void adopt(long sequence, ParsedRow row, KeyHistory key) {
    if (archivedThrough < 0 || key.followed) {
      return;
    }
    key.followed = sequence > archivedThrough;
    int before = Math.toIntExact(row.optionalNumber("watermarkBefore").orElse(0L));
    if (before != key.watermark) {
      key.watermark = before;
      key.contents.clear();
    }
  }

  private void rebased(long sequence, ParsedRow row, KeyHistory key) {
    restated(sequence, row, key);
    key.resumed = true;
  }

  private void imported(long sequence, ParsedRow row, KeyHistory key) {
    adopt(sequence, row, key);
    if (row.number("watermarkAfter") <= key.watermark) {
      found(sequence, "an import does not raise the watermark, " + key.watermark);
    }
    if (key.watermark == 0) {
      key.firstSequence = sequence;
    }
    restated(sequence, row, key);
  }

  // A watermark by somebody's word: of what was admitted before, nothing counts any more.
  private void restated(long sequence, ParsedRow row, KeyHistory key) {
    adopt(sequence, row, key);
    if (row.optionalNumber("watermarkBefore").orElse(0L) != key.watermark) {
      found(sequence, "the watermark is not that of the rows before");
    }
    if (key.status.equals(KeyStatus.RETIRED.id())) {
      found(sequence, "the key was retired for ever before");
    }
    int version = Math.toIntExact(row.number("watermarkAfter"));
    if (version < key.watermark) {
      key.loweredBy = sequence;
    }
    key.watermark = version;
    key.contents.clear();
    key.contents.put(Sha256.fromHex(row.text("canonicalSha256")), sequence);
  }

  private void resumeAll(long sequence, ParsedRow row) {
    long resumed = 0;
    for (KeyHistory key : keys.values()) {
      if (key.watermark > 0) {
        key.resumed = true;
        resumed++;
      }
    }
    if (row.number("keys") != resumed && sequence > archivedThrough) {
      found(sequence, "the rows before know " + resumed + " keys that had signed");
    }
  }

  private void found(long sequence, String what) {
    findings.found(sequence, what);
  }

  private void ofDecision(long sequence, ParsedRow row, boolean issued) {
    long decision = row.number("decision");
    Admission admission = open.get(decision);
    if (admission == null && decision <= archivedThrough) {
      return;
    }
    if (admission == null
        || !admission.keyId().equals(row.text("keyid"))
        || admission.version() != row.number("version")) {
      findings.found(
          sequence, "row " + decision + " admitted no such key and version, or it was issued");
    } else if (issued) {
      open.remove(decision);
      key(sequence, row).ifPresent(key -> listener.issued(sequence, row, admission, key));
    }
  }

  private void issuedFile(long sequence, ParsedRow row, String sha256) {
    listener.file(
        sequence,
        Sha256.fromHex(sha256),
        new File(
            row.text("keyid"),
            Math.toIntExact(row.number("version")),
            row.number("fileLength"),
            row.text("fileSha512")));
  }
}
