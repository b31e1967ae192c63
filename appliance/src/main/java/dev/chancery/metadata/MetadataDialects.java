package dev.chancery.metadata;

import dev.chancery.api.Dialect;

/** All dialects. */
public final class MetadataDialects {
  private static final MetadataDialect NOTARY = new NotaryDialect();

  private MetadataDialects() {}

  /** The rules of form of {@code dialect}. */
  public static MetadataDialect of(Dialect dialect) {
    return switch (dialect) {
      case NOTARY -> NOTARY;
    };
  }
}
