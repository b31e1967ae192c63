package dev.chancery.ceremony.shares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ShareCollectionTest {
  private static final SlowHash QUICK = new SlowHash(64, 1);

  private final SecureRandom random = new SecureRandom();
  private final NewShares made = NewShares.make(Purpose.USER, 3, 5, QUICK, random);

  private static RefusedException refused(Refusal reason, Executable attempt) {
    RefusedException refusal = assertThrows(RefusedException.class, attempt);
    assertEquals(reason, refusal.reason());
    return refusal;
  }

  /** As the custodian brings it: through the text. */
  private Share brought(int index) {
    return Share.read(made.shares().get(index - 1).text());
  }

  private static Share changed(Share share) {
    byte[] body = share.body().clone();
    body[7] ^= 1;
    return new Share(share.purpose(), share.set(), share.needed(), share.index(), body);
  }

  @Test
  void anyThreeOfFiveGiveThePinInAnyOrder() {
    List<Integer> order = new ArrayList<>(List.of(1, 2, 3, 4, 5));
    for (int turn = 0; turn < 20; turn++) {
      Collections.shuffle(order, random);
      try (ShareCollection collection = new ShareCollection(made.set())) {
        order.subList(0, 3).forEach(index -> collection.add(brought(index)));
        assertEquals(0, collection.missing());
        assertArrayEquals(made.pin().characters(), collection.combine().characters());
      }
    }
  }

  @Test
  void everyQuorumUpToSixteenWorks() {
    for (int count = 2; count <= 16; count++) {
      for (int needed = 2; needed <= count; needed++) {
        NewShares each = NewShares.make(Purpose.USER, needed, count, QUICK, random);
        ShareCollection collection = new ShareCollection(each.set());
        each.shares().reversed().subList(0, needed).forEach(collection::add);
        assertArrayEquals(each.pin().characters(), collection.combine().characters());
      }
    }
    assertThrows(
        IllegalArgumentException.class, () -> NewShares.make(Purpose.USER, 1, 3, QUICK, random));
    assertThrows(
        IllegalArgumentException.class, () -> NewShares.make(Purpose.USER, 3, 2, QUICK, random));
    assertThrows(
        IllegalArgumentException.class, () -> NewShares.make(Purpose.USER, 2, 17, QUICK, random));
  }

  @Test
  void oneShareLessIsTooFew() {
    ShareCollection collection = new ShareCollection(made.set());
    collection.add(brought(1));
    collection.add(brought(4));
    var refusal = refused(Refusal.SHARE_TOO_FEW, collection::combine);
    assertEquals("bring 1 more", refusal.remedy());
    collection.add(brought(2));
    assertArrayEquals(made.pin().characters(), collection.combine().characters());
  }

  @Test
  void oneWrongShareOfFiveIsNamedAndTheOthersGoOn() {
    ShareCollection collection = new ShareCollection(made.set());
    collection.add(brought(1));
    // A holder who computes the checksum anew: the text is in form.
    Share forged = Share.read(changed(brought(2)).text());
    var refusal = refused(Refusal.SHARE_FORGED, () -> collection.add(forged));
    assertTrue(refusal.observed().startsWith("share 2 "), refusal.observed());
    assertArrayEquals(new byte[Share.BODY_BYTES], forged.body(), "overwritten");
    collection.add(brought(3));
    collection.add(brought(5));
    assertEquals(List.of(1, 3, 5), collection.indexes());
    assertArrayEquals(made.pin().characters(), collection.combine().characters());
  }

  @Test
  void aShareUnderAnotherNumberIsForged() {
    Share second = made.shares().get(1);
    Share renumbered = new Share(Purpose.USER, second.set(), 3, 6, second.body().clone());
    var collection = new ShareCollection(made.set());
    refused(Refusal.SHARE_FORGED, () -> collection.add(renumbered));
    collection.add(brought(2));
  }

  @Test
  void aShareOfAnotherDivisionOrPurposeIsForeign() {
    ShareCollection collection = new ShareCollection(made.set());
    NewShares other = NewShares.make(Purpose.USER, 3, 5, QUICK, random);
    refused(Refusal.SHARE_FOREIGN, () -> collection.add(other.shares().get(0)));
    Share ours = made.shares().get(0);
    Share officer = new Share(Purpose.SECURITY_OFFICER, ours.set(), 3, 1, ours.body().clone());
    refused(Refusal.SHARE_FOREIGN, () -> collection.add(officer));
    collection.add(brought(1));
  }

  @Test
  void aShareIsTakenOnce() {
    ShareCollection collection = new ShareCollection(made.set());
    collection.add(brought(4));
    var refusal = refused(Refusal.SHARE_DOUBLED, () -> collection.add(brought(4)));
    assertEquals("each share once; here already: [4]", refusal.allowed());
    assertEquals(2, collection.missing());
    collection.add(brought(3));
  }

  @Test
  void aPinThatIsNotTheOneDividedIsNotGivenOut() {
    ShareSet set = made.set();
    Commitment other = NewShares.make(Purpose.USER, 3, 5, QUICK, random).set().pin();
    ShareCollection collection =
        new ShareCollection(new ShareSet(set.id(), set.purpose(), 3, QUICK, set.shares(), other));
    List.of(1, 2, 3).forEach(index -> collection.add(brought(index)));
    refused(Refusal.SHARE_PIN_WRONG, collection::combine);
  }

  @Test
  void aMistypedGroupIsNamed() {
    char[] text = made.shares().get(0).text();
    Share.read(text);
    for (int group = 0; group < ShareText.GROUPS; group++) {
      for (int i = 0; i < 5; i++) {
        char[] typed = text.clone();
        int at = group * 6 + i;
        typed[at] = Base32.character((Base32.value(typed[at]) + 1) % 32);
        var refusal = refused(Refusal.SHARE_MISTYPED, () -> Share.read(typed));
        assertEquals("read group " + (group + 1) + " again", refusal.remedy());
        assertFalse(refusal.toString().contains(new String(typed, group * 6, 5)));
      }
    }
  }

  @Test
  void exchangedGroupsAndNeighboursAreNoticed() {
    char[] text = made.shares().get(0).text();
    String[] groups = new String(text).split("-", -1);
    Collections.swap(Arrays.asList(groups), 8, 9);
    var exchanged =
        refused(Refusal.SHARE_MISTYPED, () -> Share.read(String.join("-", groups).toCharArray()));
    assertEquals("read group 9 again", exchanged.remedy());
    for (int i = 0; i + 1 < text.length; i++) {
      char[] typed = text.clone();
      typed[i] = text[i + 1];
      typed[i + 1] = text[i];
      if (!Arrays.equals(typed, text)) {
        refused(Refusal.SHARE_MISTYPED, () -> Share.read(typed));
      }
    }
  }

  @Test
  void aGroupTooShortOrMissingIsNamed() {
    String text = new String(made.shares().get(0).text());
    var shorter =
        refused(Refusal.SHARE_MISTYPED, () -> Share.read(text.substring(1).toCharArray()));
    assertEquals("group 1 has 4 characters", shorter.observed());
    var fewer = refused(Refusal.SHARE_MISTYPED, () -> Share.read(text.substring(6).toCharArray()));
    assertEquals("13 groups", fewer.observed());
    refused(Refusal.SHARE_MISTYPED, () -> Share.read(new char[0]));
    refused(Refusal.SHARE_MISTYPED, () -> Share.read(text.replace('-', 'U').toCharArray()));
  }

  @Test
  void groupsThatFitOneByOneButNotTogetherAreNoticed() {
    byte[] nothing = new byte[ShareText.BYTES];
    var refusal = refused(Refusal.SHARE_MISTYPED, () -> Share.read(ShareText.write(nothing)));
    assertEquals("read all groups again", refusal.remedy());
  }

  @Test
  void smallLettersSpacesAndLookalikesAreAsGood() {
    String text = new String(made.shares().get(2).text());
    List.of(
            text.toLowerCase(java.util.Locale.ROOT),
            text.replace('-', ' '),
            text.replace("-", "\n") + "\n",
            text.replace("-", ""),
            text.replace('0', 'O').replace('1', 'l'))
        .forEach(typed -> assertEquals(3, Share.read(typed.toCharArray()).index()));
  }

  @Test
  void nothingShowsASecret() {
    Set<String> secrets = new HashSet<>();
    made.shares()
        .forEach(share -> secrets.addAll(List.of(new String(share.text()).split("-", -1))));
    secrets.add(new String(made.pin().characters()));
    String shown =
        made + " " + made.pin() + made.shares() + made.set() + new ShareCollection(made.set());
    String kept = new String(made.set().toJson(), java.nio.charset.StandardCharsets.US_ASCII);
    secrets.stream()
        .filter(secret -> secret.matches(".*[A-Z].*"))
        .forEach(secret -> assertFalse((shown + kept).contains(secret)));
    made.close();
    made.shares().forEach(share -> assertArrayEquals(new byte[20], share.body()));
    assertThrows(IllegalStateException.class, () -> made.pin().characters());
  }

  @Test
  void whatIsKeptReadsAsItWasWritten() {
    assertEquals(made.set(), ShareSet.read(made.set().toJson()));
    String json = new String(made.set().toJson(), java.nio.charset.StandardCharsets.US_ASCII);
    List.of(
            json.replace("\"passes\":1", "\"passes\":17"),
            json.replace("\"needed\":3", "\"needed\":1"),
            json.replace("\"needed\":3", "\"needed\":3,\"more\":1"),
            "[]")
        .forEach(
            wrong ->
                assertThrows(
                    IllegalArgumentException.class,
                    () ->
                        ShareSet.read(wrong.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
  }

  @Test
  void thePinIsThirtyTwoCharactersAndNeverTheSame() {
    assertEquals(32, made.pin().characters().length);
    assertTrue(new String(made.pin().characters()).matches("[0-9A-Z]{32}"));
    NewShares other = NewShares.make(Purpose.USER, 2, 2, QUICK, random);
    assertFalse(Arrays.equals(made.pin().characters(), other.pin().characters()));
  }
}
