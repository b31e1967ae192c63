package dev.chancery.ledger;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The members of each kind of row of format 1, as docs/ledger-format.md lists them.
 *
 * @param required what every row of the kind has
 * @param optional what it may have
 */
record RowShape(Set<String> required, Set<String> optional) {
  private static final String COMMON = "kind previous sequence time ";
  private static final String KEY = "dialect keyid mode repository role ";

  private static final RowShape ADMITTED =
      shape(
          KEY + "caller canonicalSha256 operation outcome version watermarkAfter",
          "keyAttributes repeats warnings watermarkBefore");
  private static final RowShape SHADOW =
      shape(
          KEY
              + "caller canonicalSha256 control observed operation outcome version warnings"
              + " watermarkAfter",
          "keyAttributes repeats watermarkBefore");
  private static final RowShape REFUSED =
      shape(
          "caller control observed operation outcome",
          KEY + "canonicalSha256 keyAttributes version watermarkAfter watermarkBefore");
  private static final Map<String, RowShape> OTHERS =
      Map.ofEntries(
          kind("genesis", "format ledger", ""),
          kind(
              "key",
              KEY + "algorithm caller publicKey",
              "keyAttributes tokenKeyId tokenLabel tokenSerial"),
          kind("key-status", KEY + "caller reason status", ""),
          kind(
              "issued",
              "decision keyid mode signature version",
              "fileLength fileSha256 fileSha512"),
          kind("attempt-failed", "decision failure keyid mode version", ""),
          kind("repository", "caller custody reason repository", "snapshotStart timestampStart"),
          kind("operator-action", "action caller detail", ""),
          kind("refusals", "caller counts from", ""),
          kind(
              "audit-key",
              "algorithm auditKey caller keyAttributes publicKey tokenKeyId tokenLabel tokenSerial",
              ""),
          kind("checkpoint", "auditKey epoch headHash reason rootHash signature treeSize", ""),
          kind(
              "re-base",
              KEY + "caller canonicalSha256 digest reason watermarkAfter watermarkBefore",
              ""),
          kind("ledger-re-base", "caller digest keys lostEpoch lostHead lostSize reason", ""),
          kind(
              "watermark-import",
              KEY + "caller canonicalSha256 reason watermarkAfter",
              "fileSha256 watermarkBefore"),
          kind(
              "archive",
              "caller rootHash rows segmentLength segmentSha256 throughSequence treeSize",
              ""));

  /**
   * Makes sure {@code row} is of a known kind and has the members of that kind and no others.
   *
   * @throws LedgerException if not
   */
  static void check(ParsedRow row) {
    RowShape shape = of(row);
    if (shape.fits(row)) {
      return;
    }
    Set<String> missing = new HashSet<>(shape.required());
    missing.removeAll(row.names());
    Set<String> strange = row.names();
    strange.removeAll(shape.required());
    strange.removeAll(shape.optional());
    throw new LedgerException(
        "a row of kind " + row.text("kind") + " lacks " + missing + " and has " + strange);
  }

  // Names are distinct, so it has all that is required where it has so many of them.
  private boolean fits(ParsedRow row) {
    int needed = 0;
    for (int i = 0; i < row.size(); i++) {
      if (required.contains(row.name(i))) {
        needed++;
      } else if (!optional.contains(row.name(i))) {
        return false;
      }
    }
    return needed == required.size();
  }

  private static RowShape of(ParsedRow row) {
    String kind = row.text("kind");
    if (kind.equals("decision")) {
      return switch (row.text("outcome")) {
        case Outcome.ADMITTED -> ADMITTED;
        case Outcome.ADMITTED_SHADOW -> SHADOW;
        case Outcome.REFUSED -> REFUSED;
        default -> throw new LedgerException("a decision is admitted, admitted-shadow or refused");
      };
    }
    RowShape shape = OTHERS.get(kind);
    if (shape == null) {
      throw new LedgerException("the row is of an unknown kind");
    }
    return shape;
  }

  private static Map.Entry<String, RowShape> kind(String kind, String required, String optional) {
    return Map.entry(kind, shape(required, optional));
  }

  private static RowShape shape(String required, String optional) {
    return new RowShape(words(COMMON + required), words(optional));
  }

  private static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(text.split(" ", -1)));
  }
}
