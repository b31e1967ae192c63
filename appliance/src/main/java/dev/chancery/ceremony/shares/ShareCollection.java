package dev.chancery.ceremony.shares;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shares as the custodians bring them. Each is judged by itself when it comes, against what was
 * kept when it was made; the PIN is judged before a token hears of it. So no mistake and no
 * malicious holder costs a try at the token, and the wrong share is named (CEREMONY P-2). {@link
 * #close} overwrites what was brought. For one thread.
 */
public final class ShareCollection implements AutoCloseable {
  private final ShareSet set;
  private final SortedMap<Integer, Share> brought = new TreeMap<>();

  public ShareCollection(ShareSet set) {
    this.set = set;
  }

  /**
   * Takes one share, or refuses and overwrites it; those taken before stay.
   *
   * @throws RefusedException {@code SHARE_FOREIGN} if it is of another set, {@code SHARE_DOUBLED}
   *     if it was brought before, {@code SHARE_FORGED} if it is not the one made under its number
   */
  public void add(Share share) {
    try {
      check(share);
    } catch (RefusedException e) {
      if (brought.get(share.index()) != share) {
        share.close();
      }
      throw e;
    }
    brought.put(share.index(), share);
  }

  private void check(Share share) {
    boolean ours = share.set().equals(set.id()) && share.purpose() == set.purpose();
    if (!ours) {
      throw new RefusedException(
          Refusal.SHARE_FOREIGN,
          "share " + share.index() + " of set " + share.set() + ", " + share.purpose().words(),
          "shares of set " + set.id() + ", " + set.purpose().words(),
          "bring the share that was made last; those from before a new division are void");
    }
    if (brought.containsKey(share.index())) {
      throw new RefusedException(
          Refusal.SHARE_DOUBLED,
          "share " + share.index() + " a second time",
          "each share once; here already: " + brought.keySet(),
          "bring another custodian's share");
    }
    boolean known = share.index() <= set.shares().size() && share.needed() == set.needed();
    if (!known || !fits(set.shares().get(share.index() - 1), share.body(), share.index())) {
      throw new RefusedException(
          Refusal.SHARE_FORGED,
          "share " + share.index() + " of set " + share.set() + " with another secret",
          "the share that was made under this number",
          "do not use it; record an exception, and go on with the other custodians' shares");
    }
  }

  private boolean fits(Commitment commitment, byte[] secret, int index) {
    return commitment.fits(
        secret, ShareSet.context(set.id(), set.purpose(), index), set.slowHash());
  }

  /** The numbers of the shares that were brought. */
  public List<Integer> indexes() {
    return List.copyOf(brought.keySet());
  }

  /** How many more are needed. */
  public int missing() {
    return Math.max(0, set.needed() - brought.size());
  }

  /**
   * Puts the PIN together.
   *
   * @throws RefusedException {@code SHARE_TOO_FEW}; {@code SHARE_PIN_WRONG} if the PIN is not the
   *     one that was divided: the token must then not be asked
   */
  public SecretPin combine() {
    if (missing() > 0) {
      throw new RefusedException(
          Refusal.SHARE_TOO_FEW,
          brought.size() + " shares",
          set.needed() + " shares of different custodians",
          "bring " + missing() + " more");
    }
    byte[] secret = Shamir.combine(brought.values().stream().limit(set.needed()).toList());
    if (!fits(set.pin(), secret, 0)) {
      Arrays.fill(secret, (byte) 0);
      throw new RefusedException(
          Refusal.SHARE_PIN_WRONG,
          "a PIN that is not the one divided into set " + set.id(),
          "the PIN whose slow hash was kept",
          "do not try it at the token; the kept share set and the shares disagree");
    }
    return new SecretPin(secret);
  }

  @Override
  public void close() {
    brought.values().forEach(Share::close);
    brought.clear();
  }

  @Override
  public String toString() {
    return "ShareCollection[set " + set.id() + ", shares " + brought.keySet() + ", hidden]";
  }
}
