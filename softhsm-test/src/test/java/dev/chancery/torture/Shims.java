package dev.chancery.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.cli.init.SoftHsmLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The two shims, compiled here, with a journal and a control page of their own: {@code disk.c}
 * between a process and its files, {@code counting.c} between it and the token.
 */
public final class Shims implements AutoCloseable {
  private static final List<String> SOURCES = List.of("torture.h", "disk.c", "counting.c");

  private final Path directory;
  private final Path watched;
  private final Path module;
  private final Journal journal;
  private final Control control;

  /**
   * Compiles them.
   *
   * @param directory where libraries, journal and page are put
   * @param watched absolute; what happens to the files below it is journaled
   * @throws IllegalStateException if there is no C compiler
   */
  public Shims(Path directory, Path watched) {
    this.directory = directory;
    this.watched = watched;
    this.module =
        SoftHsmLibrary.find().orElseThrow(() -> new IllegalStateException(SoftHsmLibrary.MISSING));
    try {
      for (String source : SOURCES) {
        try (InputStream in = Shims.class.getResourceAsStream(source)) {
          if (in == null) {
            throw new IllegalStateException(source + " is not among the test's resources");
          }
          Files.copy(in, directory.resolve(source), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    compile("disk");
    compile("counting");
    this.journal = new Journal(directory.resolve("journal"));
    this.control = new Control(directory.resolve("control"));
  }

  private void compile(String name) {
    List<String> command =
        List.of(
            "gcc",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-O2",
            "-shared",
            "-fPIC",
            "-o",
            library(name).toString(),
            directory.resolve(name + ".c").toString(),
            "-ldl",
            "-lpthread");
    try {
      Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(gcc.getInputStream().readAllBytes(), UTF_8);
      if (gcc.waitFor() != 0) {
        throw new IllegalStateException(name + ".c does not compile: " + said);
      }
    } catch (IOException e) {
      throw new IllegalStateException("gcc is missing: apt-get install gcc libc6-dev", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while compiling", e);
    }
  }

  private Path library(String name) {
    return directory.resolve(name + ".so");
  }

  /** The PKCS#11 module that counts. */
  public Path countingModule() {
    return library("counting");
  }

  /** What a process needs in its environment to be watched. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_PRELOAD", library("disk").toString());
    environment.put("TORTURE_DIRECTORY", watched.toString());
    environment.put("TORTURE_JOURNAL", directory.resolve("journal").toString());
    environment.put("TORTURE_CONTROL", directory.resolve("control").toString());
    environment.put("TORTURE_MODULE", module.toString());
    return environment;
  }

  public Journal journal() {
    return journal;
  }

  public Control control() {
    return control;
  }

  @Override
  public void close() {
    journal.close();
  }
}
