package dev.chancery.ceremony;

import static dev.chancery.ceremony.Roots.NOW;
import static dev.chancery.ceremony.Roots.objects;
import static dev.chancery.ceremony.Roots.refresh;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.JsonValue;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What custodians are shown. */
class DiffPageTest {
  private final Roots roots = new Roots();
  private final RootChain chain = roots.chain();

  private Subject rotation() {
    RootRequest request =
        Roots.request(
            CeremonyKind.REPLACE_ROOT_KEY,
            chain,
            refresh(chain).role("root", objects(roots.b, roots.c, roots.d), 2).build(),
            roots.b,
            roots.c,
            roots.d);
    return Subject.of(
        RootRules.check(request, CeremonyPolicy.DEFAULT, NOW),
        List.of(),
        CeremonyPolicy.DEFAULT.digest());
  }

  @Test
  void everySectionIsThereAlways() {
    RootRequest quiet =
        Roots.request(CeremonyKind.REFRESH, chain, refresh(chain).build(), roots.a, roots.b);
    Subject refresh =
        Subject.of(
            RootRules.check(quiet, CeremonyPolicy.DEFAULT, NOW),
            List.of(),
            CeremonyPolicy.DEFAULT.digest());
    List<String> titles = titles(refresh);
    assertEquals(12, titles.size());
    assertEquals(titles, titles(rotation()));
    assertTrue(
        DiffPage.of(refresh, KeyLabel.Book.EMPTY, NOW)
            .text()
            .contains("threshold   2 of 3 -> 2 of 3 (no change)"));
  }

  private static List<String> titles(Subject subject) {
    return DiffPage.of(subject, KeyLabel.Book.EMPTY, NOW).sections().stream()
        .map(DiffPage.Section::title)
        .toList();
  }

  @Test
  void keysAreCalledByTheirPeople() {
    KeyLabel.Book labels =
        new KeyLabel.Book(
            Map.of(
                roots.a.custodian().fingerprint(), new KeyLabel("Ann", "token 17"),
                roots.d.custodian().fingerprint(), new KeyLabel("Dora", "token 18")));
    String text = DiffPage.of(rotation(), labels, NOW).text();
    assertTrue(text.contains("REMOVED     Ann (token 17), ECDSA P-256"), text);
    assertTrue(text.contains("ADDED       Dora (token 18), ECDSA P-256"), text);
    assertTrue(text.contains("does not    Ann (token 17)"), text);
    assertTrue(text.contains("must sign   Dora (token 18)"), text);
    assertTrue(
        text.contains("After this, Ann (token 17) can no longer sign for the role root."), text);
    assertTrue(text.contains("Losing 2 of the new root keys makes the root unrecoverable"), text);
  }

  @Test
  void whatStrangersWroteStaysText() {
    RootRequest request =
        Roots.request(
            CeremonyKind.EMERGENCY,
            chain,
            refresh(chain).member("x-tuf-on-ci-note", "<b>\u001b[2J").build(),
            roots.a,
            roots.b);
    Subject subject =
        Subject.of(
            RootRules.check(request, CeremonyPolicy.DEFAULT, NOW),
            List.of(),
            CeremonyPolicy.DEFAULT.digest());
    DiffPage page = DiffPage.of(subject, KeyLabel.Book.EMPTY, NOW);
    assertTrue(page.text().contains("x-tuf-on-ci-note: none -> \"<b>\\u001b[2J\""), page.text());
    assertFalse(page.html().contains("<b>"), page::html);
  }

  @Test
  void allFormsShowTheDigest() {
    Subject subject = rotation();
    DiffPage page = DiffPage.of(subject, KeyLabel.Book.EMPTY, NOW);
    String groups = PgpWords.groups(subject.digest());
    assertTrue(page.text().contains(groups));
    assertTrue(page.html().contains(groups));
    assertEquals(new JsonValue.JsonString(subject.digest().hex()), page.json().get("digest"));
    assertEquals(page.text(), DiffPage.of(rotationAgain(subject), KeyLabel.Book.EMPTY, NOW).text());
  }

  private static Subject rotationAgain(Subject subject) {
    return Subject.of(subject.json());
  }

  /** The example of the word list's first publication. */
  @Test
  void digestsAreReadInWords() {
    byte[] fingerprint = HexFormat.of().parseHex("e58294f2e9a227486e8b061b31cc528fd7fa3f19");
    assertEquals(
        "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa"
            + " afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell"
            + " bottomless",
        String.join(" ", PgpWords.of(fingerprint)));
    assertEquals(4, PgpWords.lines(Sha256.of(fingerprint)).size());
  }
}
