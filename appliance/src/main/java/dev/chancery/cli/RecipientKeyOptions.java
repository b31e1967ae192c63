package dev.chancery.cli;

import dev.chancery.backup.RecipientKey;
import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The private key that a backup was made for. */
final class RecipientKeyOptions {
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final int MOST_BYTES = 4_096;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description =
          "Private key of one of the recipients: PEM, or PKCS#12 with one key. A passphrase is asked"
              + " for where there is one.")
  private Path key = Path.of("");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Its passphrase: the first line of a file of mode 0600.")
  private @Nullable Path passphraseFile;

  /** Reads the key. */
  RecipientKey read(Surroundings surroundings) throws IOException {
    Path file = surroundings.resolve(key);
    Path passphrase = passphraseFile == null ? null : surroundings.resolve(passphraseFile);
    return RecipientKey.read(file, () -> passphrase == null ? typed(file) : firstLine(passphrase));
  }

  @SuppressWarnings("SystemConsoleNull") // null in a runtime without jdk.internal.le
  private static char[] typed(Path file) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new CommandException(
          ExitCode.USAGE,
          file + " has a passphrase and there is no terminal to ask at: give --passphrase-file");
    }
    char[] typed = console.readPassword("Passphrase of %s: ", file);
    return typed == null ? new char[0] : typed;
  }

  private static char[] firstLine(Path file) {
    try {
      if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw new CommandException(
            ExitCode.NO_INPUT, file + " can be read by others: chmod 600 it first");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new CommandException(ExitCode.NO_INPUT, file + " is too large for a passphrase");
      }
      byte[] content = Files.readAllBytes(file);
      CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
      Arrays.fill(content, (byte) 0);
      int end = 0;
      while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
        end++;
      }
      char[] line = new char[end];
      text.get(line);
      Arrays.fill(text.array(), '\0');
      return line;
    } catch (IOException e) {
      throw new CommandException(ExitCode.NO_INPUT, file + " cannot be read: " + e, e);
    }
  }
}
