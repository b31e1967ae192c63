package dev.chancery.cli.doctor;

import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.CheckpointsConfig;
import dev.chancery.config.LedgerConfig;
import dev.chancery.config.ListenerConfig;
import dev.chancery.config.PinConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Who besides the owner may read or change the appliance's files. */
final class FileCheck {
  private static final Set<PosixFilePermission> SHARED =
      PosixFilePermissions.fromString("---rwxrwx");
  private static final Set<PosixFilePermission> SHARED_WRITE =
      PosixFilePermissions.fromString("----w--w-");
  private static final Set<PosixFilePermission> WORLD =
      PosixFilePermissions.fromString("------rwx");

  private FileCheck() {}

  /** How much harm it does when others can use a file. */
  private enum Kind {
    /** Nobody but the owner may do anything with it. */
    SECRET,
    /** Nobody but the owner may write it, and not everybody should read it. */
    GUARDED
  }

  static void run(Report report, ApplianceConfig config) {
    Map<Path, Kind> files = new LinkedHashMap<>();
    if (config.token().pin() instanceof PinConfig.PinFile pin) {
      files.put(pin.path(), Kind.SECRET);
    }
    config.listeners().forEach(listener -> files.put(listener.key(), Kind.SECRET));
    switch (config.ledger()) {
      case LedgerConfig.Sqlite(Path file) -> files.put(file, Kind.GUARDED);
      case LedgerConfig.Postgresql server -> put(files, server);
    }
    files.put(config.file(), Kind.GUARDED);
    files.put(config.access(), Kind.GUARDED);
    for (ListenerConfig listener : config.listeners()) {
      files.put(listener.certificate(), Kind.GUARDED);
      files.put(listener.clientCa(), Kind.GUARDED);
    }
    CheckpointsConfig checkpoints = config.checkpoints();
    if (checkpoints.lastSeen() != null) {
      files.put(checkpoints.lastSeen(), Kind.GUARDED);
    }
    int before = report.findings().size();
    if (checkpoints.pushDirectory() != null && !Files.isWritable(checkpoints.pushDirectory())) {
      report.fail(
          "files",
          checkpoints.pushDirectory() + " is no directory to be written in",
          "make it, or mount it: checkpoints are pushed to it (checkpoints.push.directory)");
    }
    files.forEach((file, kind) -> look(report, file, kind));
    Path authorityKey = config.rest().clientCa().resolveSibling("ca.key");
    if (Files.exists(authorityKey)) {
      report.warn(
          "files",
          authorityKey + " is here: whoever gets it can make clients",
          "move it to a safe place off this machine; the server does not need it");
    }
    if (report.findings().size() == before) {
      report.ok("files", files.size() + " files, modes as they should be");
    }
  }

  private static void put(Map<Path, Kind> files, LedgerConfig.Postgresql server) {
    if (server.passwordFile() != null) {
      files.put(server.passwordFile(), Kind.SECRET);
    }
    LedgerConfig.Tls tls = server.tls();
    if (tls != null && tls.key() != null) {
      files.put(tls.key(), Kind.SECRET);
    }
  }

  private static void look(Report report, Path file, Kind kind) {
    Set<PosixFilePermission> mode;
    try {
      mode = EnumSet.noneOf(PosixFilePermission.class);
      mode.addAll(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      report.fail("files", file + " cannot be looked at", "does it exist? may this user read it?");
      return;
    }
    boolean secret = kind == Kind.SECRET;
    if (any(mode, secret ? SHARED : SHARED_WRITE)) {
      report.fail(
          "files",
          file + " has mode " + PosixFilePermissions.toString(mode),
          "chmod 600 " + file + (secret ? ", then replace the secret in it" : ""));
    } else if (any(mode, WORLD)) {
      report.warn(
          "files", file + " has mode " + PosixFilePermissions.toString(mode), "chmod o= " + file);
    }
  }

  private static boolean any(Set<PosixFilePermission> mode, Set<PosixFilePermission> of) {
    return mode.stream().anyMatch(of::contains);
  }
}
