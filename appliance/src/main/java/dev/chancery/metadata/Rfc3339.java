package dev.chancery.metadata;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The instants that Go writes as RFC3339Nano: {@code 2026-12-07T06:48:15.9289437Z} or with an
 * offset such as {@code -08:00} (RULES N-4).
 */
final class Rfc3339 {
  private static final int WHOLE_SECONDS = "2026-12-07T06:48:15".length();
  private static final int NANO_DIGITS = 9;
  private static final int SECONDS_PER_MINUTE = 60;
  private static final int SECONDS_PER_HOUR = 3_600;
  private static final int SECONDS_PER_DAY = 86_400;

  private final String text;
  private int at = WHOLE_SECONDS;

  private Rfc3339(String text) {
    this.text = text;
  }

  /**
   * The instant that {@code text} writes, with its nanoseconds.
   *
   * @throws DateTimeException if it is not of the form, or no date and time of day: neither
   *     February 30 nor second 60
   */
  static Instant parse(String text) {
    return new Rfc3339(text).instant();
  }

  private Instant instant() {
    if (text.length() <= WHOLE_SECONDS) {
      throw new DateTimeException("too short");
    }
    mark(4, '-');
    mark(7, '-');
    mark(10, 'T');
    mark(13, ':');
    mark(16, ':');
    long days = LocalDate.of(digits(0, 4), digits(5, 2), digits(8, 2)).toEpochDay();
    int second = timeOfDay(11) + within(digits(17, 2), SECONDS_PER_MINUTE);
    int nanos = fraction();
    return Instant.ofEpochSecond(days * SECONDS_PER_DAY + second - offset(), nanos);
  }

  /** Hours and minutes from {@code start}, in seconds. */
  private int timeOfDay(int start) {
    return within(digits(start, 2), 24) * SECONDS_PER_HOUR
        + within(digits(start + 3, 2), 60) * SECONDS_PER_MINUTE;
  }

  private int fraction() {
    if (text.charAt(at) != '.') {
      return 0;
    }
    int start = at + 1;
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    if (end == start || end - start > NANO_DIGITS) {
      throw new DateTimeException("a fraction has 1 to 9 digits");
    }
    int nanos = digits(start, end - start);
    for (int i = end - start; i < NANO_DIGITS; i++) {
      nanos *= 10;
    }
    at = end;
    return nanos;
  }

  /** What the rest of the text says local time is ahead of UTC, in seconds. */
  private int offset() {
    String zone = text.substring(at);
    if (zone.equals("Z")) {
      return 0;
    }
    if (zone.length() != "+00:00".length()) {
      throw new DateTimeException("the offset is Z or has the form +00:00");
    }
    mark(at + 3, ':');
    int seconds = timeOfDay(at + 1);
    return switch (zone.charAt(0)) {
      case '+' -> seconds;
      case '-' -> -seconds;
      default -> throw new DateTimeException("the offset begins with + or -");
    };
  }

  private void mark(int index, char expected) {
    if (text.charAt(index) != expected) {
      throw new DateTimeException("expected " + expected);
    }
  }

  private int digits(int start, int count) {
    int value = 0;
    for (int i = start; i < start + count; i++) {
      char c = text.charAt(i);
      if (!isDigit(c)) {
        throw new DateTimeException("expected a digit");
      }
      value = 10 * value + (c - '0');
    }
    return value;
  }

  private static int within(int value, int limit) {
    if (value >= limit) {
      throw new DateTimeException("out of range");
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
