package dev.chancery.cli.init;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The place for a new appliance is taken; nothing there was touched. */
public final class TargetNotEmptyException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param found something that is in it; null when the place is no directory at all
   */
  TargetNotEmptyException(Path target, @Nullable Path found) {
    super(
        found == null
            ? target + " is not a directory"
            : target + " is not empty (it holds " + found + ")");
  }
}
