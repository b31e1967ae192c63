package dev.chancery.cli.dct;

import dev.chancery.cli.ExitCode;
import dev.chancery.cli.JsonOption;
import dev.chancery.cli.Surroundings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chancery dct down [DIR]}. */
@Command(
    name = "down",
    header = "Stop the service; what it has stays, unless told otherwise",
    description = {
      "",
      "Ends notary-server, docker-registry, the appliance and the database, in this order: SIGTERM,"
          + " and SIGKILL for what has not ended after 30 s. Only processes that 'dct up' started"
          + " are signalled: a pid file holds when its process began, so a number that was used"
          + " again is noticed."
    },
    footer = {
      "  chancery dct down",
      "  chancery dct down --purge /tmp/dct   # and remove the directory with all keys in it"
    })
public final class DownCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private DirectoryOption directory = new DirectoryOption();

  @Option(
      names = "--purge",
      description =
          "Then remove DIR: token, keys, ledger, certificates, documents, images. Only a directory"
              + " that 'dct up' made is removed.")
  private boolean purge;

  @Mixin private JsonOption json = new JsonOption();

  public DownCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    ServiceDirectory home = ServiceDirectory.existing(directory.of(surroundings));
    List<String> stopped;
    try (FileChannel _ = home.lock()) {
      stopped = Service.of(home, surroundings).down();
    }
    if (purge) {
      home.purge();
    }
    report(home.path(), stopped);
    return ExitCode.OK.number();
  }

  private void report(Path path, List<String> stopped) {
    if (json.wanted()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("directory", path.toString());
      answer.put("stopped", stopped);
      answer.put("removed", purge);
      json.print(answer, surroundings.out());
      return;
    }
    String what = stopped.isEmpty() ? "Nothing was running" : "Stopped";
    surroundings
        .out()
        .println(
            what
                + (purge
                    ? "; removed " + path
                    : "; 'chancery dct up " + path + "' starts it again as it was"));
  }
}
