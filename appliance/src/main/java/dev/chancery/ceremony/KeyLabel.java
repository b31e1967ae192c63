package dev.chancery.ceremony;

import dev.chancery.api.Sha256;
import java.util.Map;
import java.util.Optional;

/**
 * How people know a key.
 *
 * @param owner the person or the machine that has it
 * @param token what it lies in, by label and serial number
 */
public record KeyLabel(String owner, String token) {
  /** The labels known, by fingerprint. */
  public record Book(Map<Sha256, KeyLabel> labels) {
    /** Nothing is known of any key. */
    public static final Book EMPTY = new Book(Map.of());

    public Book {
      labels = Map.copyOf(labels);
    }

    Optional<KeyLabel> find(Sha256 fingerprint) {
      return Optional.ofNullable(labels.get(fingerprint));
    }
  }
}
