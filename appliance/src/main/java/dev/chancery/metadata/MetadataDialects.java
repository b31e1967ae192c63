package dev.chancery.metadata;

import dev.chancery.api.Dialect;

/** All dialects. */
public final class MetadataDialects {
  private static final NotaryDialect NOTARY = new NotaryDialect();

  private static final TufDialect TUF = new TufDialect();

  private MetadataDialects() {}

  /** The rules of form of {@code dialect}. */
  public static MetadataDialect of(Dialect dialect) {
    return switch (dialect) {
      case NOTARY -> NOTARY;
      case TUF -> TUF;
    };
  }

  /** Notary's, with what only it has. */
  public static NotaryDialect notary() {
    return NOTARY;
  }

  /** That of TUF 1.0, with what only it has. */
  public static TufDialect tuf() {
    return TUF;
  }
}
