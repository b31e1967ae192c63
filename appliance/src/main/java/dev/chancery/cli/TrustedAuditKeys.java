package dev.chancery.cli;

import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Public audit keys that somebody kept, to know a backup of another ledger by. */
final class TrustedAuditKeys {
  @Option(
      names = "--audit-key",
      paramLabel = "FILE",
      description =
          "The public audit key of the appliance, kept since before: C2SP verifier key or PEM."
              + " Once for each key.")
  private List<Path> files = new ArrayList<>();

  boolean given() {
    return !files.isEmpty();
  }

  List<VerificationKey> read(Surroundings surroundings) throws IOException {
    List<VerificationKey> keys = new ArrayList<>();
    for (Path each : files) {
      keys.add(AuditCommand.Verify.key(Files.readString(surroundings.resolve(each))));
    }
    return keys;
  }
}
