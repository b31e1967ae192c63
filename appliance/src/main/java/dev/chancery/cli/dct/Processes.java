package dev.chancery.cli.dct;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Processes that outlive the command that started them; a seam, so that the rest is tested. */
interface Processes {
  /**
   * What to start.
   *
   * @param directory it works in
   * @param environment all of it
   * @param log where its standard output and standard error are appended to
   */
  record Launch(List<String> command, Path directory, Map<String, String> environment, Path log) {
    public Launch {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Starts it in a session of its own: neither Ctrl-C nor the end of the terminal reaches it.
   *
   * @throws IOException if there is no such program, or it may not be run
   */
  ProcessId start(Launch launch) throws IOException;

  /** Whether this very process still runs; a zombie does not. */
  boolean runs(ProcessId process);

  /** Tells it to end (SIGTERM), if it still runs. */
  void terminate(ProcessId process);

  /** Ends it (SIGKILL), if it still runs. */
  void kill(ProcessId process);
}
