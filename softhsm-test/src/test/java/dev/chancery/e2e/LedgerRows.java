package dev.chancery.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.ledger.LedgerReader;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A ledger as an outsider reads it with docs/ledger-format.md in his hand: rows, chain, and what
 * follows from them. It shares no code with what wrote the rows, but the opening of the file.
 */
public final class LedgerRows {
  private final List<JsonNode> rows = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Map<Long, JsonNode> admitted = new HashMap<>();
  private final Map<String, Long> watermarks = new HashMap<>();
  private final Set<String> issued = new HashSet<>();
  private final Set<String> keys = new HashSet<>();
  private String previous = "0".repeat(64);

  private LedgerRows() {}

  /** Reads all rows; also while a server writes. */
  public static LedgerRows read(Path file) {
    return read(LedgerReader.of(file));
  }

  /** Reads all rows, wherever they are. */
  static LedgerRows read(LedgerReader reader) {
    LedgerRows rows = new LedgerRows();
    reader.rows(0, rows::row);
    return rows;
  }

  /** The same of rows that stand nowhere. */
  static LedgerRows of(List<byte[]> bodies) {
    LedgerRows rows = new LedgerRows();
    for (int i = 0; i < bodies.size(); i++) {
      rows.row(i, bodies.get(i));
    }
    return rows;
  }

  private void row(long sequence, byte[] body) {
    JsonNode row = Vectors.json(body);
    if (sequence != rows.size() || row.get("sequence").asLong() != sequence) {
      faults.add("row " + rows.size() + " is missing");
    }
    if (!row.get("previous").asText().equals(previous)) {
      faults.add("row " + sequence + " does not follow the one before");
    }
    previous = hash(body);
    rows.add(row);
    switch (row.get("kind").asText()) {
      case "key" -> keys.add(row.get("keyid").asText());
      case "decision" -> decision(sequence, row);
      case "issued" -> issued(sequence, row);
      // Somebody's word, which may lower: from there it goes on.
      case "re-base" ->
          watermarks.put(row.get("keyid").asText(), row.get("watermarkAfter").asLong());
      default -> {}
    }
  }

  /** A key's versions never fall, and after its first rise by one at most. */
  private void decision(long sequence, JsonNode row) {
    if (!row.get("outcome").asText().equals("admitted")) {
      return;
    }
    String key = row.get("keyid").asText();
    long version = row.get("version").asLong();
    Long before = watermarks.put(key, version);
    if (before != null && (version < before || version > before + 1)) {
      faults.add("row " + sequence + " admits version " + version + " after " + before);
    }
    admitted.put(sequence, row);
  }

  private void issued(long sequence, JsonNode row) {
    JsonNode decision = admitted.get(row.get("decision").asLong());
    if (decision == null || !decision.get("keyid").equals(row.get("keyid"))) {
      faults.add("row " + sequence + " was issued without an admission");
      return;
    }
    issued.add(
        signature(
            row.get("keyid").asText(),
            decision.get("canonicalSha256").asText(),
            row.get("signature").asText()));
  }

  private static String signature(String key, String digest, String signature) {
    return key + " " + digest + " " + signature;
  }

  /** What is wrong with the chain or the order of versions. */
  public List<String> faults() {
    return faults;
  }

  int size() {
    return rows.size();
  }

  /** The rows of one kind, in their order. */
  public List<JsonNode> rows(String kind) {
    return rows.stream().filter(row -> row.get("kind").asText().equals(kind)).toList();
  }

  int admissions() {
    return admitted.size();
  }

  int signatures() {
    return issued.size();
  }

  public boolean hasKey(String keyId) {
    return keys.contains(keyId);
  }

  /** The highest version admitted for each key. */
  Map<String, Long> watermarks() {
    return watermarks;
  }

  /** Whether row {@code sequence} admitted these bytes at this version for this key. */
  boolean admits(long sequence, String keyId, long version, String digest) {
    JsonNode row = admitted.get(sequence);
    return row != null
        && row.get("keyid").asText().equals(keyId)
        && row.get("version").asLong() == version
        && row.get("canonicalSha256").asText().equals(digest);
  }

  /** Whether these bytes were admitted for this key. */
  public boolean admits(String keyId, String digest) {
    return admittedContents().contains(keyId + " " + digest);
  }

  /** Key and digest of everything admitted. */
  Set<String> admittedContents() {
    Set<String> contents = new HashSet<>();
    admitted.values().forEach(row -> contents.add(content(row)));
    return contents;
  }

  /** Key and digest of everything a signature is on the record for. */
  Set<String> signedContents() {
    Set<String> contents = new HashSet<>();
    issued.forEach(each -> contents.add(each.substring(0, each.lastIndexOf(' '))));
    return contents;
  }

  private static String content(JsonNode row) {
    return row.get("keyid").asText() + " " + row.get("canonicalSha256").asText();
  }

  /** Whether this signature of these bytes is on the record. */
  public boolean hasIssued(String keyId, String digest, String signature) {
    return issued.contains(signature(keyId, digest, signature));
  }

  static String hash(byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) 0);
      return HexFormat.of().formatHex(digest.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
