package dev.chancery.ceremony.shares;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A new random PIN and its shares, in memory between the token's initialisation and the moment each
 * custodian has his share; {@link #close} overwrites all of it. What stays is {@link #set}.
 */
public final class NewShares implements AutoCloseable {
  private final SecretPin pin;
  private final List<Share> shares;
  private final ShareSet set;

  private NewShares(SecretPin pin, List<Share> shares, ShareSet set) {
    this.pin = pin;
    this.shares = List.copyOf(shares);
    this.set = set;
  }

  /**
   * Makes a PIN of 20 random bytes and divides it (CEREMONY P-1).
   *
   * @param needed 2 or more
   * @param count {@code needed} to 16
   */
  public static NewShares make(
      Purpose purpose, int needed, int count, SlowHash slowHash, SecureRandom random) {
    ShareSet.checkQuorum(needed, count);
    byte[] idBytes = new byte[ShareSetId.BYTES];
    random.nextBytes(idBytes);
    ShareSetId id = ShareSetId.of(idBytes);
    byte[] secret = new byte[Share.BODY_BYTES];
    random.nextBytes(secret);
    byte[][] bodies = Shamir.split(secret, needed, count, random);
    List<Share> shares = new ArrayList<>();
    List<Commitment> commitments = new ArrayList<>();
    for (int index = 1; index <= count; index++) {
      byte[] body = bodies[index - 1];
      shares.add(new Share(purpose, id, needed, index, body));
      commitments.add(Commitment.to(body, ShareSet.context(id, purpose, index), slowHash, random));
    }
    Commitment pin = Commitment.to(secret, ShareSet.context(id, purpose, 0), slowHash, random);
    ShareSet set = new ShareSet(id, purpose, needed, slowHash, commitments, pin);
    return new NewShares(new SecretPin(secret), shares, set);
  }

  /** The PIN to initialise the token with; closed with this object. */
  public SecretPin pin() {
    return pin;
  }

  /** One for each custodian, by index from 1; closed with this object. */
  public List<Share> shares() {
    return shares;
  }

  /** What is kept. */
  public ShareSet set() {
    return set;
  }

  @Override
  public void close() {
    pin.close();
    shares.forEach(Share::close);
  }

  @Override
  public String toString() {
    return "NewShares[" + set.id() + ", hidden]";
  }
}
