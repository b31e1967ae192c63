package dev.chancery.cli.dct;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes as Linux has them: {@code setsid} starts them, {@code /proc} tells of them. */
final class LinuxProcesses implements Processes {
  private static final Path PROC = Path.of("/proc");

  /** Fields of /proc/PID/stat (proc(5)), counted from the one after the name in parentheses. */
  private static final int STATE = 0;

  private static final int START_TIME = 19;

  @Override
  public ProcessId start(Launch launch) throws IOException {
    // setsid does not fork here, since no child of Java leads a process group: the pid stays.
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(launch.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(launch.directory().toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    builder.environment().clear();
    builder.environment().putAll(launch.environment());
    long pid = builder.start().pid();
    return new ProcessId(pid, began(pid).orElse("ended"));
  }

  @Override
  public boolean runs(ProcessId process) {
    return began(process.pid()).filter(process.began()::equals).isPresent();
  }

  @Override
  public void terminate(ProcessId process) {
    if (runs(process)) {
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
    }
  }

  @Override
  public void kill(ProcessId process) {
    if (runs(process)) {
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static Optional<String> began(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(String.valueOf(pid)).resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      if (fields[STATE].equals("Z") || fields[STATE].equals("X")) {
        return Optional.empty();
      }
      String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
      return Optional.of(boot + "/" + fields[START_TIME]);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
