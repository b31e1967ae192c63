package dev.chancery.recovery;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.canonical.CanonicalJson;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watermarks as signers exchange them (docs/recovery.md).
 *
 * @param ledger id of the ledger they were read from
 * @param time when
 * @param entries one for each key that has signed, ordered by key id
 */
public record WatermarkFile(String ledger, Instant time, List<Entry> entries) {
  private static final String FORMAT = "chancery-watermarks-1";
  private static final Set<String> MEMBERS = Set.of("format", "ledger", "time", "watermarks");
  private static final Set<String> ENTRY_MEMBERS =
      Set.of("keyid", "repository", "role", "dialect", "version", "canonicalSha256", "document");

  /**
   * One key.
   *
   * @param version the highest that was admitted for it
   * @param canonicalSha256 digest of the canonical bytes admitted last at that version
   * @param document the signed file of that version, if it stands beside the entry
   */
  public record Entry(
      KeyId key,
      RepositoryName repository,
      Role role,
      Dialect dialect,
      Version version,
      Sha256 canonicalSha256,
      @Nullable FileBytes document) {
    private Map<String, Object> members() {
      Map<String, Object> members = new TreeMap<>();
      members.put("canonicalSha256", canonicalSha256.hex());
      members.put("dialect", dialect.id());
      if (document != null) {
        members.put("document", document.base64());
      }
      members.put("keyid", key.hex());
      members.put("repository", repository.value());
      members.put("role", role.id());
      members.put("version", version.number());
      return members;
    }
  }

  public WatermarkFile {
    entries =
        entries.stream().sorted(Comparator.comparing((Entry entry) -> entry.key().hex())).toList();
  }

  /** The file: canonical JSON and a line feed. */
  public byte[] encode() {
    Map<String, Object> members = new TreeMap<>();
    members.put("format", FORMAT);
    members.put("ledger", ledger);
    members.put("time", time.toString());
    members.put("watermarks", entries.stream().map(Entry::members).toList());
    return ListFiles.line(CanonicalJson.encode(members));
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ListFormatException if it is not of this form
   */
  public static WatermarkFile parse(byte[] file) {
    Members members = Members.ofFile(file);
    ListFiles.requireFormat(members, FORMAT);
    members.only(MEMBERS);
    return new WatermarkFile(
        members.text("ledger"),
        members.time("time"),
        members.entries("watermarks", WatermarkFile::entry, Entry::key));
  }

  private static Entry entry(Members members) {
    members.only(ENTRY_MEMBERS);
    byte[] document = members.optionalBase64("document");
    return new Entry(
        members.keyId("keyid"),
        members.repository("repository"),
        members.role("role"),
        members.dialect("dialect"),
        members.version("version"),
        members.sha256("canonicalSha256"),
        document == null ? null : new FileBytes(document));
  }
}
