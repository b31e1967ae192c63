package dev.chancery.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file cannot be used. The message is one line, {@code file:line:column: setting:
 * what is wrong}, and says what is allowed there.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;
  private final String setting;

  /**
   * @param line from 1; 0 when the file as a whole is meant
   * @param column from 1; 0 when the file as a whole is meant
   * @param setting path of the setting, such as {@code token.label}; empty for the whole file
   */
  ConfigException(
      Path file, int line, int column, String setting, String problem, @Nullable Throwable cause) {
    super(
        file
            + (line == 0 ? "" : ":" + line + ":" + column)
            + ": "
            + (setting.isEmpty() ? "" : setting + ": ")
            + problem,
        cause);
    this.line = line;
    this.column = column;
    this.setting = setting;
  }

  /** Line in the file, from 1; 0 when the file as a whole is meant. */
  public int line() {
    return line;
  }

  /** Column in the line, from 1; 0 when the file as a whole is meant. */
  public int column() {
    return column;
  }

  /** Path of the setting, such as {@code token.label}; empty when the file as a whole is meant. */
  public String setting() {
    return setting;
  }
}
