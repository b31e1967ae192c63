package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.audit.RecentRoots;
import java.util.ArrayList;
import java.util.List;

/** What rows of kind {@code archive} say, held against the rows and the files they speak of. */
final class ArchiveRows {
  private record Range(long from, long end) {}

  private record Part(Range range, long length, Sha256 sha256) {}

  private record Segment(long row, Range range, long length, String sha256) {}

  private final DecisionReplay.Findings findings;
  private final List<Part> parts = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private long through = -1;

  ArchiveRows(DecisionReplay.Findings findings) {
    this.findings = findings;
  }

  /** A file was read to its end. */
  void given(ExportHeader header, long end, long length, Sha256 sha256) {
    parts.add(new Part(new Range(header.from(), end), length, sha256));
  }

  /**
   * Takes an archive row of right shape.
   *
   * @param tree over the rows before it
   */
  void row(long sequence, ParsedRow row, RecentRoots tree) {
    long last = row.number("throughSequence");
    long rows = row.number("rows");
    long treeSize = row.number("treeSize");
    boolean follows = segments.isEmpty() || last - rows == through;
    if (!follows || rows < 1 || rows > last + 1) {
      findings.found(sequence, "it does not archive the rows after those archived before");
    }
    if (treeSize <= last || treeSize > sequence) {
      findings.found(sequence, "its checkpoint does not cover the rows archived");
    } else if (tree.root(treeSize)
        .filter(root -> !root.hex().equals(row.text("rootHash")))
        .isPresent()) {
      findings.found(sequence, "its checkpoint of " + treeSize + " rows has another root");
    }
    through = last;
    segments.add(
        new Segment(
            sequence,
            new Range(last + 1 - rows, last + 1),
            row.number("segmentLength"),
            row.text("segmentSha256")));
  }

  /** What was not seen of the segments. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Segment segment : segments) {
      Range range = segment.range();
      String rows = "rows " + range.from() + " to " + (range.end() - 1);
      if (parts.stream().noneMatch(part -> covers(part.range(), range))) {
        notes.add(rows + " are in a segment that was not given, SHA-256 " + segment.sha256());
      } else if (parts.stream()
          .filter(part -> part.range().equals(range))
          .anyMatch(
              part ->
                  part.length() != segment.length()
                      || !part.sha256().hex().equals(segment.sha256()))) {
        notes.add(rows + " were read from another file than the segment, with the same rows");
      }
    }
    return notes;
  }

  private static boolean covers(Range part, Range segment) {
    return part.from() <= segment.from() && segment.end() <= part.end();
  }
}
