package dev.chancery.hsm;

import java.nio.file.Path;

/**
 * Where a PIN comes from: a file, a systemd credential, a question at the terminal, or one that was
 * handed over earlier. Never the command line and never an environment variable, which other
 * processes can read. Each call gives a PIN of its own, to be closed by the caller.
 */
@FunctionalInterface
public interface PinSource {
  /**
   * The PIN.
   *
   * @throws TokenException {@code PIN_UNAVAILABLE}, and why, if it cannot be had or is kept where
   *     others can read it
   */
  Pin read();

  /**
   * The first line of {@code file}, which only its owner may read (mode 0400 or 0600) and which
   * this process's user or root owns. Read anew at each call.
   */
  static PinSource file(Path file) {
    return () -> PinFile.read(file, PinFile.Access.OWNER_ONLY);
  }

  /**
   * The systemd credential {@code name} in {@code directory}, the value of {@code
   * $CREDENTIALS_DIRECTORY} (systemd.exec(5)). systemd gives the service read access by an ACL,
   * which shows as group-readable; that is allowed here where root owns the file.
   */
  static PinSource credential(Path directory, String name) {
    return () -> PinFile.read(directory.resolve(name), PinFile.Access.SYSTEMD_CREDENTIAL);
  }

  /** What the person at the terminal types, unseen, after {@code question}. */
  static PinSource prompt(String question) {
    return () -> PinPrompt.ask(question);
  }

  /** A PIN already in memory, kept for as long as the token may have to be opened again. */
  static PinSource held(Pin pin) {
    return pin::copy;
  }
}
