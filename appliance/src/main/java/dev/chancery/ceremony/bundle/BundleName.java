package dev.chancery.ceremony.bundle;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.util.regex.Pattern;

/** The names that files of a bundle have (CEREMONY B-1); no other is read or written. */
final class BundleName {
  /** What lists and signs the rest. */
  static final String MANIFEST = "manifest.json";

  private static final String FREE = "[a-z0-9][a-z0-9_-]{0,70}";

  private static final Pattern KNOWN =
      Pattern.compile(
          "manifest\\.json|proposal\\.signed\\.json|proposal\\.canonical|diff\\.txt|script\\.txt"
              + "|policy\\.json|custodians\\.json"
              + "|roots/[1-9][0-9]{0,8}\\.root\\.json"
              + "|approvals/"
              + FREE
              + "\\.json|signatures/"
              + FREE
              + "\\.json|transcript/"
              + FREE
              + "\\.(jsonl|txt|html)");

  private BundleName() {}

  /**
   * Passes or throws.
   *
   * @throws RefusedException {@code BUNDLE_NAME}
   */
  static void check(String name) {
    if (!KNOWN.matcher(name).matches()) {
      throw new RefusedException(
          Refusal.BUNDLE_NAME,
          Quote.of(name),
          "manifest.json, proposal.signed.json, proposal.canonical, diff.txt, script.txt,"
              + " policy.json, custodians.json, roots/N.root.json, approvals/*.json,"
              + " signatures/*.json, transcript/*",
          "have the bundle exported again");
    }
  }
}
