package dev.chancery.ceremony;

import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import java.util.List;

/**
 * The three counts of a ceremony (CEREMONY A-2).
 *
 * @param approvals custodians who agree, and whose approval has not expired
 * @param approvalsNeeded M
 * @param old of the old root; nothing is needed for a first root
 * @param fresh of the new root
 */
public record Progress(int approvals, int approvalsNeeded, Side old, Side fresh) {
  /**
   * One side of a root step.
   *
   * @param signed how many of its root keys have signed
   * @param needed its threshold
   * @param missing ids of planned signers of this side that have not signed
   */
  public record Side(int signed, int needed, List<String> missing) {
    static final Side NONE = new Side(0, 0, List.of());

    public Side {
      missing = List.copyOf(missing);
    }

    static Side of(RootDocument side, RootFile file, List<String> signers) {
      List<String> done = file.signatures().stream().map(each -> each.keyId()).toList();
      return new Side(
          file.signedBy(side),
          side.role("root").threshold(),
          side.role("root").keyIds().stream()
              .filter(signers::contains)
              .filter(id -> !done.contains(id))
              .toList());
    }

    /** Whether clients are content with this side. */
    public boolean isReached() {
      return signed >= needed;
    }
  }

  @Override
  public String toString() {
    return "approvals "
        + approvals
        + " of "
        + approvalsNeeded
        + ", old root signatures "
        + old.signed()
        + " of "
        + old.needed()
        + ", new root signatures "
        + fresh.signed()
        + " of "
        + fresh.needed();
  }
}
