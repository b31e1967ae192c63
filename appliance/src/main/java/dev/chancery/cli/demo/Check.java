package dev.chancery.cli.demo;

/** One thing the demo promises, and whether it was so. */
record Check(String what, String expected, String seen) {
  boolean ok() {
    return expected.equals(seen);
  }

  static Check of(String what, Object expected, Object seen) {
    return new Check(what, String.valueOf(expected), String.valueOf(seen));
  }
}
