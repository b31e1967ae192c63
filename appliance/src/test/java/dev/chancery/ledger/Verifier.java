package dev.chancery.ledger;

import dev.chancery.audit.NoteKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * deploy/audit/verify.py, in one Python for many exports: its {@code main} is what the command line
 * calls.
 */
final class Verifier implements AutoCloseable {
  static final Path SCRIPT = Path.of("..", "deploy", "audit", "verify.py").toAbsolutePath();

  private static final String END = "-- end --";
  private static final String DRIVER =
      """
      import contextlib, importlib.util, io, json, sys
      spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
      verify = importlib.util.module_from_spec(spec)
      spec.loader.exec_module(verify)
      for line in sys.stdin:
          said = io.StringIO()
          with contextlib.redirect_stdout(said):
              exit = verify.main(json.loads(line))
          print(exit, said.getvalue(), sys.argv[2], sep="\\n", flush=True)
      """;

  private final Path directory;
  private final List<String> options;
  private final Process python;
  private final Writer in;
  private final BufferedReader out;

  /** What it ended with and said. */
  record Verdict(String exit, String text) {}

  Verifier(Path directory, String... options) throws IOException {
    this.directory = directory;
    this.options = List.of(options);
    this.python =
        new ProcessBuilder("python3", "-I", "-B", "-c", DRIVER, SCRIPT.toString(), END)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    this.in = new OutputStreamWriter(python.getOutputStream(), StandardCharsets.UTF_8);
    this.out =
        new BufferedReader(new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8));
  }

  Verdict judge(NoteKey audit, byte @Nullable [] known, byte[]... exports) throws IOException {
    Path key = Files.writeString(directory.resolve("audit.vkey"), audit.vkey() + "\n");
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("--key", key.toString()));
    if (known != null) {
      arguments.add("--checkpoint");
      arguments.add(Files.write(directory.resolve("known"), known).toString());
    }
    for (int i = 0; i < exports.length; i++) {
      arguments.add(Files.write(directory.resolve("export-" + i), exports[i]).toString());
    }
    in.write(
        arguments.stream()
            .map(each -> '"' + each + '"')
            .collect(Collectors.joining(",", "[", "]\n")));
    in.flush();
    String exit = out.readLine();
    List<String> text = new ArrayList<>();
    for (String line = out.readLine(); line != null && !line.equals(END); line = out.readLine()) {
      text.add(line);
    }
    return new Verdict(String.valueOf(exit), String.join("\n", text));
  }

  @Override
  public void close() throws IOException {
    in.close();
    python.destroy();
  }
}
