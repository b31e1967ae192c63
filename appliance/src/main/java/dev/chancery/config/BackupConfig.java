package dev.chancery.config;

import java.nio.file.Path;
import java.util.List;

/**
 * How backups are made.
 *
 * @param recipients certificates of those who can read them, where the command names none
 */
public record BackupConfig(List<Path> recipients) {
  public BackupConfig {
    recipients = List.copyOf(recipients);
  }
}
