package dev.chancery.e2e;

import java.util.Map;
import java.util.TreeMap;

/** What a run counted: printed, and so in Surefire's report of the test. */
final class Figures {
  private Figures() {}

  static void of(Class<?> test, Map<String, ?> figures) {
    System.out.println(test.getSimpleName() + ": " + new TreeMap<>(figures));
  }
}
