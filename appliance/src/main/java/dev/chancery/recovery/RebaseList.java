package dev.chancery.recovery;

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

/**
 * Which keys are to be set to which documents (docs/recovery.md, "The list"): what is prepared,
 * looked at and approved as a whole, under one {@link #digest}.
 *
 * @param ledger id of the ledger it was prepared for
 * @param prepared when
 * @param trustServer where the documents were served, or in words where they come from
 * @param entries one for each key, ordered by key id
 */
public record RebaseList(String ledger, Instant prepared, String trustServer, List<Entry> entries) {
  private static final String FORMAT = "chancery-rebase-1";
  private static final Set<String> MEMBERS =
      Set.of("format", "ledger", "prepared", "trustServer", "entries", "digest");
  private static final Set<String> ENTRY_MEMBERS =
      Set.of("keyid", "repository", "role", "from", "to", "canonicalSha256", "document");

  /**
   * One key.
   *
   * @param from the watermark it has; another one by then, and nothing is done
   * @param to the version of the document
   * @param canonicalSha256 digest of the canonical bytes of the document's {@code signed}
   * @param document the signed file
   */
  public record Entry(
      KeyId key,
      RepositoryName repository,
      Role role,
      Version from,
      Version to,
      Sha256 canonicalSha256,
      FileBytes document) {
    private Map<String, Object> approved() {
      Map<String, Object> members = new TreeMap<>();
      members.put("canonicalSha256", canonicalSha256.hex());
      members.put("from", from.number());
      members.put("keyid", key.hex());
      members.put("repository", repository.value());
      members.put("role", role.id());
      members.put("to", to.number());
      return members;
    }

    private Map<String, Object> members() {
      Map<String, Object> members = approved();
      members.put("document", document.base64());
      return members;
    }
  }

  public RebaseList {
    entries =
        entries.stream().sorted(Comparator.comparing((Entry entry) -> entry.key().hex())).toList();
  }

  /**
   * What is approved: SHA-256 of the canonical JSON of the array of all entries, ordered by {@code
   * keyid}, each with {@code canonicalSha256}, {@code from}, {@code keyid}, {@code repository},
   * {@code role} and {@code to}.
   */
  public Sha256 digest() {
    return Sha256.of(CanonicalJson.encode(entries.stream().map(Entry::approved).toList()));
  }

  /** The file: canonical JSON and a line feed. */
  public byte[] encode() {
    Map<String, Object> members = new TreeMap<>();
    members.put("digest", digest().hex());
    members.put("entries", entries.stream().map(Entry::members).toList());
    members.put("format", FORMAT);
    members.put("ledger", ledger);
    members.put("prepared", prepared.toString());
    members.put("trustServer", trustServer);
    return ListFiles.line(CanonicalJson.encode(members));
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ListFormatException if it is not of this form or its digest is not that of its entries
   */
  public static RebaseList parse(byte[] file) {
    Members members = Members.ofFile(file);
    ListFiles.requireFormat(members, FORMAT);
    members.only(MEMBERS);
    RebaseList list =
        new RebaseList(
            members.text("ledger"),
            members.time("prepared"),
            members.text("trustServer"),
            members.entries("entries", RebaseList::entry, Entry::key));
    Sha256 stated = members.sha256("digest");
    if (!stated.equals(list.digest())) {
      throw new ListFormatException(
          "the list says its digest is " + stated + ", but it is " + list.digest());
    }
    return list;
  }

  private static Entry entry(Members members) {
    members.only(ENTRY_MEMBERS);
    return new Entry(
        members.keyId("keyid"),
        members.repository("repository"),
        members.role("role"),
        members.version("from"),
        members.version("to"),
        members.sha256("canonicalSha256"),
        new FileBytes(members.base64("document")));
  }
}
