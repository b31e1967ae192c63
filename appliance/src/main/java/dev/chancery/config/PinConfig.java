package dev.chancery.config;

import java.nio.file.Path;

/** Where the user PIN of the token comes from; never the PIN itself. */
public sealed interface PinConfig {
  /** A file that nobody but its owner may read; one line. */
  record PinFile(Path path) implements PinConfig {}

  /** A systemd credential: the file of that name in {@code $CREDENTIALS_DIRECTORY}. */
  record Credential(String name) implements PinConfig {}

  /** Typed at the terminal when the appliance starts. */
  record Prompt() implements PinConfig {}
}
