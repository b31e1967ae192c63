package dev.chancery.metadata;

import dev.chancery.api.KeyId;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import java.util.List;

/**
 * A metadata file whose form is right and whose every signature verified. Only {@link
 * MetadataDialect#verifyEnvelope} makes one.
 */
public final class VerifiedEnvelope {
  private final OnlineMetadata metadata;
  private final List<KeyId> signers;
  private final MetaFile file;

  VerifiedEnvelope(OnlineMetadata metadata, List<KeyId> signers, MetaFile file) {
    this.metadata = metadata;
    this.signers = List.copyOf(signers);
    this.file = file;
  }

  /** What was signed. */
  public OnlineMetadata metadata() {
    return metadata;
  }

  /** Whose signatures verified; distinct, one at least, in the order of the file. */
  public List<KeyId> signers() {
    return signers;
  }

  /** Digests and length of the whole file. */
  public MetaFile file() {
    return file;
  }
}
