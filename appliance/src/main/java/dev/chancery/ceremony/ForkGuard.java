package dev.chancery.ceremony;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Keeps two valid roots of one version from coming about unnoticed (CEREMONY S-4): whoever approves
 * the second names the first.
 */
public final class ForkGuard {
  private ForkGuard() {}

  /**
   * Judges a subject against all ceremonies that ever were, however they ended.
   *
   * @throws RefusedException {@code CEREMONY_S_4} if signatures exist over another root of its
   *     repository and version that it does not say it supersedes
   */
  public static void check(Subject subject, Collection<Ceremony> all) {
    if (subject.next().isEmpty()) {
      return;
    }
    TreeSet<Sha256> unnamed = new TreeSet<>();
    for (Ceremony other : all) {
      Subject theirs = other.subject();
      if (!other.signatures().isEmpty()
          && theirs.version() == subject.version()
          && theirs.dialect().equals(subject.dialect())
          && theirs.repository().equals(subject.repository())) {
        unnamed.add(theirs.digest());
      }
    }
    unnamed.remove(subject.digest());
    subject.supersedes().forEach(unnamed::remove);
    if (!unnamed.isEmpty()) {
      throw new RefusedException(
          Refusal.CEREMONY_S_4,
          "signatures over another root " + subject.version() + ", digest " + unnamed.first(),
          "that root again, or one that says it supersedes it",
          "name that digest as superseded, so that the custodians approve it knowingly");
    }
  }
}
