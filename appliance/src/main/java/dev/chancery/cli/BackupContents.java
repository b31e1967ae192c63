package dev.chancery.cli;

import dev.chancery.api.client.PemFiles;
import dev.chancery.backup.BackupFile;
import dev.chancery.backup.BackupWriter;
import dev.chancery.cli.init.Pem;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.LedgerConfig;
import dev.chancery.config.ListenerConfig;
import dev.chancery.config.PinConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of an appliance goes into a backup beside the ledger, and what must not: no PIN and no
 * private key. Of certificate files only the certificates are taken, for a key may stand in them.
 */
final class BackupContents {
  /** Where a file is put that was outside the directory of the configuration. */
  static final String ELSEWHERE = "elsewhere/";

  private final ApplianceConfig config;
  private final Path home;
  private final Map<Path, BackupFile> files = new LinkedHashMap<>();

  private BackupContents(ApplianceConfig config) {
    this.config = config;
    this.home = config.file().resolveSibling("").normalize();
  }

  /**
   * Collects it.
   *
   * @param program version of this program
   */
  static BackupWriter.Surroundings of(ApplianceConfig config, String program) throws IOException {
    BackupContents contents = new BackupContents(config);
    contents.collect();
    return new BackupWriter.Surroundings(
        program, contents.ledgerFile(), List.copyOf(contents.files.values()), contents.withheld());
  }

  private void collect() throws IOException {
    files.put(config.file(), new BackupFile("chancery.yaml", Files.readAllBytes(config.file())));
    text(config.access());
    for (ListenerConfig listener : config.listeners()) {
      certificates(listener.certificate());
      certificates(listener.clientCa());
    }
    if (config.upstream() != null) {
      certificates(config.upstream().ca());
      certificates(config.upstream().certificate());
    }
    if (config.checkpoints().pushHttp() != null) {
      certificatesIfAny(config.checkpoints().pushHttp().ca());
      certificatesIfAny(config.checkpoints().pushHttp().certificate());
    }
    for (Path recipient : config.backup().recipients()) {
      certificates(recipient);
    }
  }

  private void certificatesIfAny(@Nullable Path file) throws IOException {
    if (file != null) {
      certificates(file);
    }
  }

  private void text(Path file) throws IOException {
    files.putIfAbsent(file, new BackupFile(free(file), Files.readAllBytes(file)));
  }

  private void certificates(Path file) throws IOException {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate each : PemFiles.certificates(file)) {
      pem.append(Pem.of(each));
    }
    byte[] content = pem.toString().getBytes(StandardCharsets.US_ASCII);
    files.putIfAbsent(file, new BackupFile(free(file), content));
  }

  /** The name of a file below the directory of the configuration, or below {@link #ELSEWHERE}. */
  private String free(Path file) {
    String inside = inside(file);
    if (!inside.isEmpty()) {
      return inside;
    }
    String plain = String.valueOf(file.getFileName()).replaceAll("[^A-Za-z0-9._-]", "_");
    String name = plain;
    for (int i = 2; isTaken(ELSEWHERE + name); i++) {
      name = i + "-" + plain;
    }
    return ELSEWHERE + name;
  }

  private boolean isTaken(String name) {
    return files.values().stream().anyMatch(file -> file.name().equals(name));
  }

  private String inside(Path file) {
    String name = file.startsWith(home) ? home.relativize(file).toString() : "";
    return BackupFile.isName(name) && !isTaken(name) ? name : "";
  }

  private String ledgerFile() {
    return config.ledger() instanceof LedgerConfig.Sqlite(Path file) ? inside(file) : "";
  }

  private List<String> withheld() {
    List<String> names = new ArrayList<>();
    if (config.token().pin() instanceof PinConfig.PinFile(var pin)) {
      names.add(shown(pin));
    }
    if (config.ledger() instanceof LedgerConfig.Postgresql server
        && server.passwordFile() != null) {
      names.add(shown(server.passwordFile()));
    }
    config.listeners().forEach(listener -> names.add(shown(listener.key())));
    if (config.upstream() != null) {
      names.add(shown(config.upstream().key()));
    }
    if (config.checkpoints().pushHttp() != null && config.checkpoints().pushHttp().key() != null) {
      names.add(shown(config.checkpoints().pushHttp().key()));
    }
    if (config.checkpoints().lastSeen() != null) {
      // No secret, but what is kept elsewhere is worth something only if it did not come from here.
      names.add(shown(config.checkpoints().lastSeen()));
    }
    return names.stream().distinct().toList();
  }

  private String shown(Path file) {
    return file.startsWith(home) ? home.relativize(file).toString() : file.toString();
  }
}
