package dev.chancery.reconcile;

import dev.chancery.api.KeyId;
import dev.chancery.api.Sha256;
import dev.chancery.recovery.FileBytes;
import dev.chancery.recovery.WatermarkFile;
import dev.chancery.recovery.WatermarkFile.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Signed files in a directory, by what they say they are: which key signed which version. Nothing
 * is verified here; the server that takes them verifies each.
 */
public final class DocumentDirectory {
  /** As much as a snapshot and its signatures may have, and some. */
  private static final long MAX_BYTES = 2 << 20;

  private static final int MAX_FILES = 100_000;
  private static final int MAX_DEPTH = 16;

  private record Place(KeyId signer, long version) {}

  private record Candidate(Path file, Sha256 digest) {}

  private final Map<Place, List<Candidate>> candidates;

  private DocumentDirectory(Map<Place, List<Candidate>> candidates) {
    this.candidates = candidates;
  }

  /** Looks through {@code directory} and what is below it; what is no metadata is passed over. */
  public static DocumentDirectory read(Path directory) throws IOException {
    Map<Place, List<Candidate>> candidates = new HashMap<>();
    try (Stream<Path> files = Files.walk(directory, MAX_DEPTH)) {
      for (Path file : files.filter(Files::isRegularFile).limit(MAX_FILES).toList()) {
        if (Files.size(file) <= MAX_BYTES) {
          Envelope.of(Files.readAllBytes(file))
              .ifPresent(envelope -> add(candidates, file, envelope));
        }
      }
    }
    return new DocumentDirectory(candidates);
  }

  private static void add(Map<Place, List<Candidate>> candidates, Path file, Envelope envelope) {
    if (envelope.version().isEmpty() || envelope.digest().isEmpty()) {
      return;
    }
    for (KeyId signer : envelope.signers()) {
      candidates
          .computeIfAbsent(new Place(signer, envelope.version().get()), place -> new ArrayList<>())
          .add(new Candidate(file, envelope.digest().get()));
    }
  }

  /**
   * The watermarks, each with the document of its key and version beside it where there is one here
   * and none was. The bytes that the entry names are taken before others of its version: Notary has
   * several signed (RULES V-1), and any of them shows the version.
   */
  public WatermarkFile beside(WatermarkFile watermarks) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : watermarks.entries()) {
      entries.add(entry.document() == null ? beside(entry) : entry);
    }
    return new WatermarkFile(watermarks.ledger(), watermarks.time(), entries);
  }

  private Entry beside(Entry entry) throws IOException {
    List<Candidate> found =
        candidates.getOrDefault(new Place(entry.key(), entry.version().number()), List.of());
    Optional<Candidate> best =
        found.stream()
            .filter(each -> each.digest().equals(entry.canonicalSha256()))
            .findFirst()
            .or(() -> found.stream().findFirst());
    if (best.isEmpty()) {
      return entry;
    }
    return new Entry(
        entry.key(),
        entry.repository(),
        entry.role(),
        entry.dialect(),
        entry.version(),
        best.get().digest(),
        new FileBytes(Files.readAllBytes(best.get().file())));
  }
}
