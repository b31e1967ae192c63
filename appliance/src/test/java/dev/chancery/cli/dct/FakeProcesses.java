package dev.chancery.cli.dct;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Processes that are only written down. A program's name is the first word of its command. */
final class FakeProcesses implements Processes {
  private final List<String> events = new ArrayList<>();
  private final Set<ProcessId> running = new HashSet<>();
  private final Set<String> stubborn = new HashSet<>();
  private final Set<String> shortLived = new HashSet<>();
  private final List<String> names = new ArrayList<>();

  /** What was done, in order. */
  List<String> events() {
    return events;
  }

  /** {@code name} does not heed SIGTERM. */
  void stubborn(String name) {
    stubborn.add(name);
  }

  /** {@code name} ends at once, after 20 lines in its log. */
  void shortLived(String name) {
    shortLived.add(name);
  }

  @Override
  public ProcessId start(Launch launch) throws IOException {
    String name = launch.command().getFirst();
    if (name.equals("missing")) {
      throw new IOException("no such program");
    }
    events.add("start " + name);
    names.add(name);
    ProcessId id = new ProcessId(names.size(), "boot/" + names.size());
    if (shortLived.contains(name)) {
      StringBuilder log = new StringBuilder();
      for (int line = 1; line <= 20; line++) {
        log.append("line ").append(line).append('\n');
      }
      Files.writeString(launch.log(), log);
    } else {
      Files.writeString(launch.log(), "run " + names.size() + "\n");
      running.add(id);
    }
    return id;
  }

  @Override
  public boolean runs(ProcessId process) {
    return running.contains(process);
  }

  @Override
  public void terminate(ProcessId process) {
    events.add("terminate " + name(process));
    if (!stubborn.contains(name(process))) {
      running.remove(process);
    }
  }

  @Override
  public void kill(ProcessId process) {
    events.add("kill " + name(process));
    running.remove(process);
  }

  private String name(ProcessId process) {
    return names.get((int) process.pid() - 1);
  }
}
