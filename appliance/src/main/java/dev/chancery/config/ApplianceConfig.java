package dev.chancery.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code chancery.yaml} says (docs/configuration.md). All paths are absolute. Holds
 * no secret: PINs and private keys stay in the files it names.
 *
 * @param file the file it was read from, absolute
 * @param grpc null for an appliance that notary-server does not use
 * @param upstream null where no key is in an old signer
 * @param access who may do what: {@code access.yaml}
 */
public record ApplianceConfig(
    Path file,
    TokenConfig token,
    LedgerConfig ledger,
    RestConfig rest,
    @Nullable GrpcConfig grpc,
    @Nullable UpstreamConfig upstream,
    ProbesConfig probes,
    Path access,
    PolicyConfig policy,
    CheckpointsConfig checkpoints,
    BackupConfig backup) {
  /** The listeners there are. */
  public List<ListenerConfig> listeners() {
    return grpc == null ? List.of(rest) : List.of(rest, grpc);
  }

  /**
   * Reads and checks a configuration file; the files it names are not looked at.
   *
   * @throws ConfigException for the first setting that is unknown, missing, given twice or not of
   *     its kind
   */
  public static ApplianceConfig load(Path file) {
    return ConfigReader.read(file);
  }
}
