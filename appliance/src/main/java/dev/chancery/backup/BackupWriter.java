package dev.chancery.backup;

import dev.chancery.api.Sha256;
import dev.chancery.audit.SignedNote;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.files.DurableFiles;
import dev.chancery.ledger.LedgerHead;
import dev.chancery.ledger.LedgerReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a backup: lines of text (docs/backup.md, "The format"), compressed, in an {@link
 * Envelope}. The file gets its name when it is whole and on disk, mode 0600, and never replaces
 * another.
 */
public final class BackupWriter {
  private static final int BUFFER = 1 << 16;

  private final LedgerReader ledger;
  private final List<Recipient> recipients;

  /**
   * What writes backups of one ledger.
   *
   * @param recipients one or more; each can read all of it
   */
  public BackupWriter(LedgerReader ledger, List<Recipient> recipients) {
    if (recipients.isEmpty()) {
      throw new BackupException("there is nobody to encrypt the backup to");
    }
    this.ledger = ledger;
    this.recipients = List.copyOf(recipients);
  }

  /**
   * What comes along with the ledger.
   *
   * @param program version of this program
   * @param ledgerFile as {@link BackupFile#isName} has it, or empty
   * @param files configuration and certificates, no secrets
   * @param withheld what it takes to serve and must be kept elsewhere
   */
  public record Surroundings(
      String program, String ledgerFile, List<BackupFile> files, List<String> withheld) {
    public Surroundings {
      files = List.copyOf(files);
      withheld = List.copyOf(withheld);
      if (files.size() > BackupFile.MOST) {
        throw new BackupException("a backup takes at most " + BackupFile.MOST + " files");
      }
    }
  }

  /** Has an audit key say that this is a copy of its ledger. */
  @FunctionalInterface
  public interface Sealer {
    /**
     * The note of a {@link dev.chancery.audit.BackupSeal}.
     *
     * @param head the newest row in the copy
     * @param content SHA-256 of all that was written
     */
    SignedNote seal(LedgerHead head, Sha256 content) throws IOException;
  }

  /** What was written. */
  public record Written(LedgerHead head, long bytes) {}

  /**
   * Writes a backup of the ledger as of now.
   *
   * @param sealer null for a backup without a seal
   * @throws IOException if the file is there, or cannot be written; then nothing is left of it
   */
  public Written write(Path file, Surroundings surroundings, @Nullable Sealer sealer, Instant now)
      throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(
          file.toString(), null, "is there; a backup never replaces another file");
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.createFile(unfinished, DurableFiles.OWNER_ONLY);
    try {
      LedgerHead head = write(unfinished, surroundings, sealer, now, file);
      long bytes = Files.size(unfinished);
      DurableFiles.publish(unfinished, file);
      return new Written(head, bytes);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private LedgerHead write(
      Path unfinished, Surroundings surroundings, @Nullable Sealer sealer, Instant now, Path name)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), BUFFER)) {
      Envelope.Sealing envelope = Envelope.seal(out, recipients);
      DigestOutputStream content =
          new DigestOutputStream(new Compressed(envelope.content()), sha256());
      BackupHeader header =
          new BackupHeader(
              surroundings.program(),
              now,
              surroundings.ledgerFile(),
              surroundings.files().size(),
              surroundings.withheld(),
              envelope.head());
      line(content, header.line());
      for (BackupFile file : surroundings.files()) {
        line(content, file.line());
      }
      LedgerHead head = ledger.copy(content);
      Sha256 digest = Sha256.fromBytes(content.getMessageDigest().digest());
      content.on(false);
      List<String> seal =
          sealer == null ? List.of() : sealer.seal(head, digest).toString().lines().toList();
      line(content, CanonicalJson.encode(Map.of("seal", seal)));
      content.close();
      return head;
    } catch (IOException e) {
      throw new IOException(name + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void line(OutputStream out, byte[] line) throws IOException {
    out.write(line);
    out.write('\n');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The fastest level: rows are alike enough for it, and signing goes on beside. */
  private static final class Compressed extends GZIPOutputStream {
    Compressed(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
