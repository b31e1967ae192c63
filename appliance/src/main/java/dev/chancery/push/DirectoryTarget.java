package dev.chancery.push;

import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.SignedCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory, best one of another machine, with a file for each checkpoint: {@code
 * LEDGER-EPOCH-SIZE.txt}, with leading zeros, so that names sort as checkpoints follow each other.
 * A file is there whole or not at all, and is never changed.
 */
public final class DirectoryTarget implements PushTarget {
  private final Path directory;

  public DirectoryTarget(Path directory) {
    this.directory = directory;
  }

  @Override
  public String name() {
    return "directory";
  }

  @Override
  public void push(SignedCheckpoint signed) throws IOException {
    Checkpoint checkpoint = signed.checkpoint();
    Path file =
        directory.resolve(
            "%s-%06d-%012d.txt"
                .formatted(checkpoint.ledgerId(), checkpoint.epoch(), checkpoint.treeSize()));
    byte[] note = signed.note().bytes();
    if (Files.exists(file)) {
      requireSame(file, note);
      return;
    }
    Path whole = directory.resolve("." + file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            whole,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(note);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  // Two checkpoints of one size and epoch are two ledgers: what was kept first is the evidence.
  private static void requireSame(Path file, byte[] note) throws IOException {
    if (!Arrays.equals(Files.readAllBytes(file), note)) {
      throw new IOException(file + " holds another checkpoint of this size and epoch");
    }
  }

  /** The file of the newest checkpoint of the ledger {@code ledgerId}, by its name. */
  Optional<Path> newest(String ledgerId) throws IOException {
    String form = ledgerId + "-[0-9]{6,}-[0-9]{12,}\\.txt";
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(form))
          .max(Comparator.comparing(file -> String.valueOf(file.getFileName())));
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
