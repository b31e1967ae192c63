package dev.chancery.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What notary-signer was told about its database. */
public final class SignerConfig {
  private static final int MAX_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SignerConfig() {}

  /**
   * The login in notary-signer's own configuration file, JSON: {@code storage.backend} and {@code
   * storage.db_url}.
   *
   * @throws MigrationException if it cannot be read or names no database
   */
  public static DatabaseLogin ofConfigFile(Path file) {
    JsonNode storage;
    try {
      storage = JSON.readTree(text(file)).path("storage");
    } catch (IOException e) {
      // Without the cause: a parser quotes what it read, and that holds a password.
      throw MigrationException.input(file + " is not JSON");
    }
    String backend = storage.path("backend").asText("");
    String url = storage.path("db_url").asText("");
    return switch (backend) {
      case "postgres" -> DatabaseUrl.postgresql(url);
      case "mysql" -> DatabaseUrl.mysql(url);
      case "memory" ->
          throw MigrationException.input(
              file
                  + ": this notary-signer keeps its keys in memory alone; they are lost when it"
                  + " stops and cannot be read. Rotate the roles while it runs");
      default ->
          throw MigrationException.input(
              file + ": storage.backend must be postgres or mysql; is it notary-signer's?");
    };
  }

  /**
   * The login in a file of one line, a {@code db_url} as notary-signer takes it.
   *
   * @throws MigrationException if it cannot be read or is none
   */
  public static DatabaseLogin ofUrlFile(Path file) {
    return DatabaseUrl.parse(text(file).strip());
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw MigrationException.input(file + " is larger than 1 MiB, so it is not this file");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw MigrationException.input(file + " does not exist");
    } catch (IOException e) {
      throw MigrationException.input(file + " cannot be read as UTF-8 text");
    }
  }
}
