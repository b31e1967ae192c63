package dev.chancery.ceremony.transcript;

import dev.chancery.api.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Scripts and transcripts as people read and print them. The same input gives the same bytes, in
 * any time zone and language: nothing is asked of the surroundings (CEREMONY T-1).
 */
public final class Rendering {
  private static final int GROUP = 4;

  private final Function<byte[], String> words;

  /**
   * @param words a digest in words that can be read aloud, such as the PGP word list's
   */
  public Rendering(Function<byte[], String> words) {
    this.words = words;
  }

  /** The script as plain text. */
  public String text(Script script) {
    return page(script).text();
  }

  /** The script as one printable HTML file. */
  public String html(Script script) {
    return page(script).html();
  }

  /** The report of what was done as plain text. */
  public String text(Transcript transcript) {
    return page(transcript).text();
  }

  /** The report of what was done as one printable HTML file. */
  public String html(Transcript transcript) {
    return page(transcript).html();
  }

  private Page page(Script script) {
    Page page = heading("Script", script.heading());
    page.section("Participants");
    script.participants().forEach(each -> page.line("", each));
    page.section("On the table");
    script.items().forEach(each -> page.line("[ ]", each));
    page.section("Steps");
    int number = 1;
    for (Script.Instruction step : script.steps()) {
      List<String> lines = step.command().isEmpty() ? List.of() : List.of("$ " + step.command());
      page.step(number++, step.actor() + ": " + step.text(), lines);
    }
    page.section("Exceptions");
    for (int i = 0; i < 3; i++) {
      page.line("at step ____", "________________________________________________________");
    }
    return page.section("Signed")
        .line("Administrator", "______________")
        .line("Witness", "______________");
  }

  private Page page(Transcript transcript) {
    Page page = heading("Report", transcript.heading());
    digest(page, "Head of the transcript", transcript.head());
    page.section("Steps");
    int number = 1;
    for (Step step : transcript.steps()) {
      page.step(number++, step.actor() + ": " + step.action(), details(step));
    }
    page.section("Exceptions");
    exceptions(page, transcript);
    page.section("Signatures");
    if (transcript.signatures().isEmpty()) {
      page.line("", "none: this transcript is not finished");
    }
    for (Countersignature each : transcript.signatures()) {
      page.line(
          each.signer() + " " + each.name(),
          each.key().algorithm().id()
              + " key "
              + grouped(Sha256.of(each.key().subjectPublicKeyInfo())));
    }
    return page;
  }

  private static List<String> details(Step step) {
    List<String> lines = new ArrayList<>();
    lines.add("at " + step.time());
    step.facts().forEach((name, value) -> lines.add(name + ": " + value));
    step.inputs().forEach((name, value) -> lines.add(name + ": SHA-256 " + grouped(value)));
    lines.add("result: " + step.result());
    if (!step.exception().isEmpty()) {
      lines.add("EXCEPTION: " + step.exception());
    }
    return lines;
  }

  private static void exceptions(Page page, Transcript transcript) {
    boolean none = true;
    for (int i = 0; i < transcript.steps().size(); i++) {
      String exception = transcript.steps().get(i).exception();
      if (!exception.isEmpty()) {
        page.line("at step " + (i + 1), exception);
        none = false;
      }
    }
    if (none) {
      page.line("", "none");
    }
  }

  private Page heading(String what, Heading heading) {
    Page page = new Page();
    page.title(what + " of ceremony " + heading.ceremony());
    if (heading.isRehearsal()) {
      page.line("REHEARSAL", "nothing made here is valid outside of it");
    }
    page.line("Kind", heading.kind());
    page.line("Repository", heading.repository());
    page.line("Ledger", heading.ledger());
    heading.digest().ifPresent(digest -> digest(page, "Digest to be approved and signed", digest));
    return page;
  }

  private void digest(Page page, String name, Sha256 digest) {
    page.line(name, grouped(digest));
    page.line("in words", words.apply(digest.bytes()));
  }

  private static String grouped(Sha256 digest) {
    StringBuilder grouped = new StringBuilder();
    String hex = digest.hex();
    for (int i = 0; i < hex.length(); i += GROUP) {
      grouped.append(i == 0 ? "" : " ").append(hex, i, i + GROUP);
    }
    return grouped.toString();
  }
}
