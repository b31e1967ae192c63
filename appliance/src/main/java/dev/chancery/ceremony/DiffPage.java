package dev.chancery.ceremony;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootCertificate;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import dev.chancery.metadata.RootKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What custodians look at before they approve (CEREMONY section 6): every section always, from what
 * was parsed. The same subject gives the same page, on the appliance and on a custodian's own
 * machine.
 */
public final class DiffPage {
  private static final String NO_CHANGE = "no change";

  /** One section. */
  public record Section(String title, List<String> lines) {
    public Section {
      lines = List.copyOf(lines);
    }
  }

  private final Subject subject;
  private final KeyLabel.Book labels;
  private final Instant now;
  private final List<Section> sections = new ArrayList<>();

  private DiffPage(Subject subject, KeyLabel.Book labels, Instant now) {
    this.subject = subject;
    this.labels = labels;
    this.now = now;
  }

  /**
   * The page of a ceremony.
   *
   * @param now for the days that are left
   */
  public static DiffPage of(Subject subject, KeyLabel.Book labels, Instant now) {
    DiffPage page = new DiffPage(subject, labels, now);
    if (subject.next().isPresent()) {
      page.root(RootDiff.of(subject.previous().map(RootFile::root), subject.next().get()));
    } else {
      page.order(subject.order().orElseThrow());
    }
    return page;
  }

  /** The sections in their order. */
  public List<Section> sections() {
    return List.copyOf(sections);
  }

  private void root(RootDiff diff) {
    identity(diff);
    expiry(diff);
    diff.roles().forEach(this::role);
    List<String> changed = diff.changedContents();
    section(
        "Key ids that stayed while their content changed",
        changed.isEmpty()
            ? List.of("none")
            : changed.stream().map(id -> "REFUSED: " + id).toList());
    List<RootKey> idle = diff.after().keysWithoutRole();
    section(
        "Keys without a role",
        idle.isEmpty()
            ? List.of("none")
            : idle.stream().map(key -> "kept on purpose: " + shown(key)).toList());
    members(diff, "Additional members", false);
    members(diff, "consistent_snapshot and spec_version", true);
    signers(diff);
    section("What follows from it", consequences(diff));
  }

  private void identity(RootDiff diff) {
    List<String> lines = new ArrayList<>();
    if (subject.rehearsal()) {
      lines.add("REHEARSAL: nothing of this is meant");
    }
    lines.add("kind        " + subject.kind().id());
    lines.add("repository  " + subject.repository());
    lines.add("dialect     " + subject.dialect());
    lines.add(
        "version     "
            + diff.before().map(root -> root.version().toString()).orElse("none")
            + " -> "
            + diff.after().version());
    lines.add(
        "old root    " + diff.before().map(root -> PgpWords.groups(root.digest())).orElse("none"));
    digest(lines);
    for (Sha256 other : subject.supersedes()) {
      lines.add("SUPERSEDES a root of this version that was signed: " + PgpWords.groups(other));
    }
    section("What is signed", lines);
  }

  private void digest(List<String> lines) {
    lines.add("digest D    " + PgpWords.groups(subject.digest()));
    PgpWords.lines(subject.digest()).forEach(words -> lines.add("            " + words));
  }

  private void expiry(RootDiff diff) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "expires        "
            + diff.before().map(RootDocument::expiresText).orElse("none")
            + " -> "
            + diff.after().expiresText()
            + " ("
            + left(diff.after().expires())
            + ")");
    for (RootKey key : diff.after().keysOf("root")) {
      key.certificate()
          .map(RootCertificate::notAfter)
          .ifPresent(
              end -> lines.add("certificate    " + end + " (" + left(end) + ") of " + name(key)));
    }
    Instant end = diff.after().effectiveEnd();
    lines.add("effective end  " + end + " (" + left(end) + ")");
    section("Expiry", lines);
  }

  private String left(Instant end) {
    return end.isBefore(now) ? "EXPIRED" : RootRules.days(now, end) + " days left";
  }

  private void role(RoleChange role) {
    List<String> lines = new ArrayList<>();
    String after = role.after().threshold() + " of " + role.after().keyIds().size();
    String before =
        role.before().map(old -> old.threshold() + " of " + old.keyIds().size()).orElse("none");
    boolean same = !role.changesKeys() && !role.changesThreshold();
    lines.add("threshold   " + before + " -> " + after + (same ? " (" + NO_CHANGE + ")" : ""));
    role.kept().forEach(key -> lines.add("kept        " + shown(key)));
    role.added().forEach(key -> lines.add("ADDED       " + shown(key)));
    role.removed().forEach(key -> lines.add("REMOVED     " + shown(key)));
    section("Role " + role.role(), lines);
  }

  private void members(RootDiff diff, String title, boolean form) {
    List<String> lines =
        diff.otherMembers().stream()
            .filter(change -> form == !isExtra(diff, change.name()))
            .map(
                change ->
                    change.name()
                        + ": "
                        + value(change.before())
                        + " -> "
                        + value(change.after())
                        + (change.isChange() ? "" : " (" + NO_CHANGE + ")"))
            .toList();
    section(title, lines.isEmpty() ? List.of("none") : lines);
  }

  private static boolean isExtra(RootDiff diff, String name) {
    return diff.after().extras().containsKey(name)
        || diff.before().filter(old -> old.extras().containsKey(name)).isPresent();
  }

  private static String value(Optional<JsonValue> value) {
    return value
        .map(CanonicalJson::encode)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("none");
  }

  private void signers(RootDiff diff) {
    List<String> lines = new ArrayList<>();
    diff.before().ifPresent(old -> side(lines, "OLD", old));
    side(lines, "NEW", diff.after());
    section("Who signs", lines);
  }

  private void side(List<String> lines, String side, RootDocument root) {
    lines.add(
        side
            + " root "
            + root.version()
            + " wants "
            + root.role("root").threshold()
            + " of "
            + root.role("root").keyIds().size());
    List<String> attached = subject.attached().stream().map(each -> each.keyId()).toList();
    for (RootKey key : root.keysOf("root")) {
      String what =
          attached.contains(key.id())
              ? "has signed  "
              : subject.signers().contains(key.id()) ? "must sign   " : "does not    ";
      lines.add("  " + what + name(key));
    }
  }

  private List<String> consequences(RootDiff diff) {
    List<String> lines = new ArrayList<>();
    diff.before()
        .ifPresent(
            old ->
                lines.add(
                    "Clients that only know root "
                        + old.version()
                        + " need the signatures of "
                        + old.role("root").threshold()
                        + " of: "
                        + names(old.keysOf("root"))
                        + "."));
    for (RoleChange role : diff.roles()) {
      for (RootKey key : role.removed()) {
        lines.add(
            "After this, " + name(key) + " can no longer sign for the role " + role.role() + ".");
      }
    }
    int spare = diff.after().role("root").keyIds().size() - diff.after().role("root").threshold();
    lines.add(
        "Losing "
            + (spare + 1)
            + " of the new root keys makes the root unrecoverable: no client could be given"
            + " another one.");
    lines.add("From " + diff.after().effectiveEnd() + " on clients refuse this root.");
    return lines;
  }

  private void order(JsonObject order) {
    List<String> lines = new ArrayList<>();
    if (subject.rehearsal()) {
      lines.add("REHEARSAL: nothing of this is meant");
    }
    lines.add("kind        " + subject.kind().id());
    lines.add("repository  " + (subject.repository().isEmpty() ? "none" : subject.repository()));
    digest(lines);
    section("What is done", lines);
    List<String> details = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      details.add(order.name(i) + ": " + value(Optional.of(order.value(i))));
    }
    section("In detail", details.isEmpty() ? List.of("none") : details);
    section("Why", List.of(subject.reason().isBlank() ? "no reason given" : subject.reason()));
    section(
        "Without a vote",
        subject.withoutVote().isEmpty() ? List.of("nobody") : subject.withoutVote());
  }

  private String names(List<RootKey> keys) {
    return keys.stream().map(this::name).collect(Collectors.joining(", "));
  }

  /** The person and the token, where they are known; the key id tells nobody which key it is. */
  private String name(RootKey key) {
    return key.fingerprint()
        .flatMap(labels::find)
        .map(label -> label.owner() + " (" + label.token() + ")")
        .orElseGet(() -> "key " + key.id().substring(0, Math.min(8, key.id().length())));
  }

  private String shown(RootKey key) {
    String words =
        key.fingerprint()
            .map(
                print ->
                    PgpWords.of(print.bytes()).stream().limit(8).collect(Collectors.joining(" ")))
            .orElse("unreadable");
    return name(key)
        + ", "
        + key.kind()
        + ", id "
        + key.id()
        + ", fingerprint "
        + key.fingerprint().map(Sha256::hex).orElse("none")
        + " ("
        + words
        + ")";
  }

  private void section(String title, List<String> lines) {
    sections.add(new Section(title, lines));
  }

  /** For a terminal or paper. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      text.append(i + 1).append(". ").append(ascii(section.title())).append('\n');
      section.lines().forEach(line -> text.append("   ").append(ascii(line)).append('\n'));
    }
    return text.toString();
  }

  /** A fragment of HTML without style or script. */
  public String html() {
    StringBuilder html = new StringBuilder();
    for (Section section : sections) {
      html.append("<h2>").append(escaped(section.title())).append("</h2>\n<ul>\n");
      section.lines().forEach(line -> html.append("<li>").append(escaped(line)).append("</li>\n"));
      html.append("</ul>\n");
    }
    return html.toString();
  }

  /** The same for programs, with D. */
  public JsonObject json() {
    return JsonObject.of(
        Map.of(
            "digest",
            subject.digest().hex(),
            "digestWords",
            PgpWords.of(subject.digest().bytes()),
            "sections",
            sections.stream()
                .map(each -> Map.of("lines", each.lines(), "title", each.title()))
                .toList()));
  }

  // What strangers wrote into a root must not move the cursor of who reads it.
  private static String ascii(String line) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c >= ' ' && c <= '~') {
        shown.append(c);
      } else {
        shown.append(String.format("\\u%04x", (int) c));
      }
    }
    return shown.toString();
  }

  private static String escaped(String line) {
    return ascii(line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
