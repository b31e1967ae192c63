package dev.chancery.ceremony;

/** What a custodian says of a ceremony. */
public enum Vote {
  /** Sign exactly this. */
  APPROVE("approve", "I approve signing exactly this root", "I approve doing exactly this"),
  /** Do not. */
  DENY("deny", "I deny signing this root", "I deny doing this"),
  /** Stop what was begun (CEREMONY X-1). */
  STOP("stop", "I agree that this ceremony stops", "I agree that this ceremony stops");

  private final String id;
  private final String ofRoots;
  private final String ofOrders;

  Vote(String id, String ofRoots, String ofOrders) {
    this.id = id;
    this.ofRoots = ofRoots;
    this.ofOrders = ofOrders;
  }

  /** The name in files and rows. */
  public String id() {
    return id;
  }

  /** The sentence that is signed. */
  public String statement(CeremonyKind kind) {
    return kind.signsRoot() ? ofRoots : ofOrders;
  }
}
