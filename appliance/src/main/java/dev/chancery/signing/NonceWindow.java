package dev.chancery.signing;

import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.ParsedRow;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The r of the newest ECDSA signatures. Two signatures of different texts with one r give the
 * private key to whoever has both, so the second must not be given out (NIST FIPS 186-5, section
 * 6.3: a new k for each). A token that derives k from the text (RFC 6979) gives the same r for the
 * same text again; that gives nothing away.
 *
 * <p>It knows the newest {@value #CAPACITY} of this process and, at its start, those among the
 * newest {@value #ROWS_AT_START} rows of the ledger; a repetition of an older one is not noticed
 * here. 128 bits of each r are compared. Safe for many threads.
 */
final class NonceWindow {
  static final int CAPACITY = 65_536;
  static final int ROWS_AT_START = 16_384;

  private static final int R_BYTES = 32;

  private record R(long high, long low) {}

  private record Use(String key, long text) {}

  private final Map<R, Use> uses =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<R, Use> eldest) {
          return size() > CAPACITY;
        }
      };

  private NonceWindow() {}

  /** With what the newest rows of {@code ledger} show. */
  static NonceWindow of(Ledger ledger) {
    NonceWindow window = new NonceWindow();
    Map<Long, Sha256> texts = new HashMap<>();
    long from = Math.max(0, ledger.head().sequence() + 1 - ROWS_AT_START);
    ledger.rows(from, (sequence, body) -> window.seed(texts, sequence, ParsedRow.of(body)));
    return window;
  }

  // Whether it is an ECDSA signature a row does not say: of another kind its bytes are as random.
  private void seed(Map<Long, Sha256> texts, long sequence, ParsedRow row) {
    switch (row.text("kind")) {
      case "decision" ->
          row.optionalText("canonicalSha256")
              .ifPresent(digest -> texts.put(sequence, Sha256.fromHex(digest)));
      case "issued" -> {
        Sha256 text = texts.get(row.number("decision"));
        byte[] signature = Base64.getDecoder().decode(row.text("signature"));
        if (text != null && signature.length == 2 * R_BYTES) {
          used(row.text("keyid"), text, signature);
        }
      }
      default -> {}
    }
  }

  /**
   * Takes note of a verified signature.
   *
   * @return the key that gave its r before, for another text, or empty if it is new
   */
  Optional<KeyId> repeated(KeyRecord key, Sha256 text, RawSignature signature) {
    byte[] bytes = signature.bytes();
    return key.algorithm() == Algorithm.ECDSA && bytes.length == 2 * R_BYTES
        ? used(key.id().hex(), text, bytes)
        : Optional.empty();
  }

  private synchronized Optional<KeyId> used(String key, Sha256 text, byte[] signature) {
    ByteBuffer r = ByteBuffer.wrap(signature);
    Use use = new Use(key, ByteBuffer.wrap(text.bytes()).getLong());
    Use before = uses.putIfAbsent(new R(r.getLong(), r.getLong()), use);
    return before == null || before.equals(use)
        ? Optional.empty()
        : Optional.of(new KeyId(before.key()));
  }
}
