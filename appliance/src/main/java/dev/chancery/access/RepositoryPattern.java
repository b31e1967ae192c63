package dev.chancery.access;

import dev.chancery.api.RepositoryName;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which repositories a grant is for: a name in which {@code *} stands for any characters but {@code
 * /}, and {@code **} for any characters at all; either may stand for none. Every other character,
 * {@code /} included, stands for itself, upper and lower case differ, and the whole name must
 * match. So {@code registry.example/**} does not include {@code registry.example}.
 */
public final class RepositoryPattern {
  private static final int MAX_CHARS = 255;
  // A step is a character to be met, or one of these two.
  private static final int WITHIN_SEGMENT = -1;
  private static final int ACROSS = -2;

  private final String text;
  private final int[] steps;

  private RepositoryPattern(String text, int[] steps) {
    this.text = text;
    this.steps = steps;
  }

  /**
   * The pattern that {@code text} writes.
   *
   * @throws IllegalArgumentException if it is empty, longer than 255 characters, has a control
   *     character or three stars in a row
   */
  public static RepositoryPattern of(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "a repository pattern has 1 to " + MAX_CHARS + " characters, not " + text.length());
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a repository pattern has no control characters");
    }
    if (text.contains("***")) {
      throw new IllegalArgumentException("a repository pattern has at most two stars in a row");
    }
    return new RepositoryPattern(text, steps(text));
  }

  private static int[] steps(String text) {
    int[] steps = new int[text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '*') {
        steps[count++] = text.charAt(i);
      } else if (i + 1 < text.length() && text.charAt(i + 1) == '*') {
        steps[count++] = ACROSS;
        i++;
      } else {
        steps[count++] = WITHIN_SEGMENT;
      }
    }
    return Arrays.copyOf(steps, count);
  }

  /**
   * Whether the pattern includes {@code repository}. All places in the pattern that the name could
   * have reached are followed at once, so that no pattern takes longer than its length times the
   * name's.
   */
  public boolean matches(RepositoryName repository) {
    String name = repository.value();
    BitSet reached = new BitSet(steps.length + 1);
    reach(reached, 0);
    for (int i = 0; i < name.length() && !reached.isEmpty(); i++) {
      reached = after(name.charAt(i), reached);
    }
    return reached.get(steps.length);
  }

  /** Whether every repository is included. */
  boolean isAll() {
    return text.equals("**");
  }

  private BitSet after(char c, BitSet before) {
    BitSet after = new BitSet(steps.length + 1);
    for (int at = before.nextSetBit(0); at >= 0; at = before.nextSetBit(at + 1)) {
      if (at == steps.length) {
        break;
      }
      if (steps[at] == c) {
        reach(after, at + 1);
      } else if (steps[at] == ACROSS || (steps[at] == WITHIN_SEGMENT && c != '/')) {
        reach(after, at);
      }
    }
    return after;
  }

  /** Marks {@code at}, and what lies behind stars there, because a star may stand for nothing. */
  private void reach(BitSet reached, int at) {
    int next = at;
    reached.set(next);
    while (next < steps.length && steps[next] < 0) {
      next++;
      reached.set(next);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RepositoryPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The pattern as written. */
  @Override
  public String toString() {
    return text;
  }
}
