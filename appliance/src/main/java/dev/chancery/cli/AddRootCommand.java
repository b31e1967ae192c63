package dev.chancery.cli;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.RepositoryInfo;
import dev.chancery.served.ServedException;
import dev.chancery.served.TufFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chancery repository add}. */
@Command(
    name = "add",
    header = "Register the root of a TUF 1.0 repository, and those that follow it",
    description = {
      "",
      "The first root is taken for trusted: compare its digest with what its publisher says. Each"
          + " later one is verified with the one before. From then on nothing is signed for a key"
          + " that the newest root does not list, and a snapshot sent along with a timestamp is"
          + " checked with the root's keys and thresholds.",
      "",
      "With --url the roots that follow, N.root.json, are read there, to the newest. Run it again"
          + " with each new root: nothing is lost when it is there already."
    },
    footer = {
      "  chancery repository add --dir node tuf.example/app 1.root.json --url http://localhost:8001",
      "  chancery repository add --dir node tuf.example/app 2.root.json"
    })
final class AddRootCommand extends RepositoryCommand.OnOne {
  private final Surroundings surroundings;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ROOT",
      description = "The root file; not needed with --url where one is registered.")
  private @Nullable Path file;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The repository's metadata directory: https, or http to this machine.")
  private @Nullable URI url;

  @Option(
      names = "--url-ca",
      paramLabel = "FILE",
      description =
          "For https: PEM, the authorities that may have given that server its certificate.")
  private @Nullable Path authority;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "published by the repository",
      description = "Why, for the record: 1 to 300 characters. Default: ${DEFAULT-VALUE}.")
  private String reason = "";

  AddRootCommand(Surroundings surroundings) {
    super(surroundings);
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    try (ChanceryClient client = open()) {
      RepositoryInfo known =
          file == null
              ? registered(client)
              : client.addRoot(
                  repository(), Files.readAllBytes(surroundings.resolve(file)), reason);
      return print(url == null ? known : follow(client, known, url));
    } catch (ServedException e) {
      throw new CommandException(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private RepositoryInfo registered(ChanceryClient client) {
    List<RepositoryInfo> found = client.repositories(repository());
    if (url == null || found.isEmpty() || found.getFirst().root() == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "which root? Name the file; with --url alone only where one is registered");
    }
    return found.getFirst();
  }

  private RepositoryInfo follow(ChanceryClient client, RepositoryInfo known, URI from) {
    RepositoryInfo newest = known;
    try (TufFiles files = TufFiles.at(from, authority, null)) {
      RepositoryInfo.Root root = newest.root();
      while (root != null) {
        Optional<byte[]> next = files.root(root.version() + 1);
        if (next.isEmpty()) {
          break;
        }
        newest = client.addRoot(repository(), next.get(), reason);
        surroundings.err().println("root " + (root.version() + 1) + " follows");
        root = newest.root();
      }
    }
    return newest;
  }
}
