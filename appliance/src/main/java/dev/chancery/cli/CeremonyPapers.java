package dev.chancery.cli;

import dev.chancery.api.RefusedException;
import dev.chancery.ceremony.bundle.Bundle;
import dev.chancery.ceremony.shares.Share;
import dev.chancery.ceremony.shares.ShareCollection;
import dev.chancery.ceremony.shares.ShareSet;
import dev.chancery.ceremony.transcript.Rendering;
import dev.chancery.ceremony.transcript.Transcript;
import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What custodians, witnesses and auditors check on their own machines, without an appliance:
 * shares, bundles and transcripts.
 */
final class CeremonyPapers {
  private static final int MOST_BYTES = 20_000_000;
  private static final int MOST_SHARE_BYTES = 4_096;

  private CeremonyPapers() {}

  /**
   * Adds the commands to {@code ceremony}.
   *
   * @param words a digest in words
   */
  static CommandLine addTo(
      CommandLine ceremony, Surroundings surroundings, Function<byte[], String> words) {
    return ceremony
        .addSubcommand(new CommandLine(new Shares()).addSubcommand(new CheckShares(surroundings)))
        .addSubcommand(
            new CommandLine(new Bundles())
                .addSubcommand(new ListBundle(surroundings))
                .addSubcommand(new CheckBundle(surroundings)))
        .addSubcommand(
            new CommandLine(new Transcripts())
                .addSubcommand(new Render(surroundings, words))
                .addSubcommand(new Verify(surroundings)));
  }

  private static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new CommandException(ExitCode.NO_INPUT, file + " has more than " + most + " bytes");
      }
      return bytes;
    }
  }

  private static List<VerificationKey> keys(Surroundings surroundings, List<Path> files)
      throws IOException {
    List<VerificationKey> keys = new ArrayList<>();
    for (Path file : files) {
      keys.add(AuditCommand.Verify.key(Files.readString(surroundings.resolve(file))));
    }
    return keys;
  }

  /** What all of these do: print the answer, or the refusal. */
  abstract static class Paper implements Callable<Integer> {
    final Surroundings surroundings;

    Paper(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    abstract void look() throws IOException;

    @Override
    public Integer call() throws IOException {
      try {
        look();
        return ExitCode.OK.number();
      } catch (RefusedException e) {
        surroundings.err().println("refused: " + e.reason());
        surroundings.err().println("  observed:  " + e.observed());
        surroundings.err().println("  allowed:   " + e.allowed());
        surroundings.err().println("  remedy:    " + e.remedy());
        return ExitCode.REFUSED.number();
      }
    }
  }

  /** A command that only has others below it. */
  abstract static class Group implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "which command?");
    }
  }

  @Command(
      name = "share",
      header = "Shares of a token's PIN",
      description = {"", "A share is typed from its page; never on a command line."},
      footer = {"  chancery ceremony share check --set share-set.json share-2.txt"})
  static final class Shares extends Group {}

  @Command(
      name = "check",
      header = "Check shares without a token",
      description = {
        "",
        "Judges each share against what was kept when it was made, and if there are enough, the PIN"
            + " they give. No token is asked and nothing secret is printed."
      },
      footer = {"  chancery ceremony share check --set share-set.json share-1.txt share-2.txt"})
  static final class CheckShares extends Paper {
    @Option(
        names = "--set",
        required = true,
        paramLabel = "FILE",
        description = "What was kept of the division: the share set.")
    private Path set = Path.of("");

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "A file with the groups of one share, and nothing else. Once for each share.")
    private List<Path> files = new ArrayList<>();

    CheckShares(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    void look() throws IOException {
      ShareSet kept = kept();
      try (ShareCollection collection = new ShareCollection(kept)) {
        for (Path file : files) {
          Share share = share(surroundings.resolve(file));
          collection.add(share);
          surroundings
              .out()
              .println("share " + share.index() + " of set " + share.set() + " is as it was made");
        }
        if (collection.missing() > 0) {
          surroundings.out().println(collection.missing() + " more are needed for the PIN");
          return;
        }
        collection.combine().close();
        surroundings.out().println("together they give the " + kept.purpose().words());
      }
    }

    private ShareSet kept() throws IOException {
      try {
        return ShareSet.read(read(surroundings.resolve(set), MOST_BYTES));
      } catch (IllegalArgumentException e) {
        throw new CommandException(ExitCode.NO_INPUT, set + ": " + e.getMessage(), e);
      }
    }

    private static Share share(Path file) throws IOException {
      byte[] bytes = read(file, MOST_SHARE_BYTES);
      CharBuffer decoded = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(bytes));
      char[] text = new char[decoded.remaining()];
      decoded.get(text);
      try {
        return Share.read(text);
      } finally {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(text, '\0');
        Arrays.fill(decoded.array(), '\0');
      }
    }
  }

  @Command(
      name = "bundle",
      header = "Bundles that travel between machines",
      description = {"", "A bundle holds one ceremony's files, signed by who exported it."},
      footer = {"  chancery ceremony bundle check --exporter-key ada.pem c-1.tar"})
  static final class Bundles extends Group {}

  @Command(
      name = "list",
      header = "List what is in a bundle",
      description = {"", "Says who signed it, but not whether he is known: that is 'check'."},
      footer = {"  chancery ceremony bundle list c-1.tar"})
  static final class ListBundle extends Paper {
    @Parameters(paramLabel = "FILE", description = "The bundle.")
    private Path file = Path.of("");

    ListBundle(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    void look() throws IOException {
      print(Bundle.readUntrusted(read(surroundings.resolve(file), MOST_BYTES)));
      surroundings.out().println("whether that key is the exporter's was NOT checked");
    }

    private void print(Bundle bundle) {
      surroundings.out().println("ceremony " + bundle.manifest().ceremony());
      surroundings.out().println("ledger   " + bundle.manifest().ledger());
      surroundings.out().println("exported " + bundle.manifest().time());
      surroundings.out().println("by       " + bundle.manifest().exporter());
      surroundings.out().println("with key " + bundle.exporterFingerprint());
      bundle
          .manifest()
          .files()
          .forEach((name, digest) -> surroundings.out().println(digest + "  " + name));
    }
  }

  @Command(
      name = "check",
      header = "Check that a bundle is whole and from a known exporter",
      description = {"", "Every file against the manifest, and the manifest's signature."},
      footer = {"  chancery ceremony bundle check --exporter-key ada.pem c-1.tar"})
  static final class CheckBundle extends Paper {
    @Option(
        names = "--exporter-key",
        required = true,
        paramLabel = "FILE",
        description =
            "A public key whose bundles are taken: PEM or C2SP verifier key. Once for each key.")
    private List<Path> keys = new ArrayList<>();

    @Parameters(paramLabel = "FILE", description = "The bundle.")
    private Path file = Path.of("");

    CheckBundle(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    void look() throws IOException {
      Bundle bundle =
          Bundle.read(read(surroundings.resolve(file), MOST_BYTES), keys(surroundings, keys));
      surroundings
          .out()
          .println(
              "whole: "
                  + bundle.manifest().files().size()
                  + " files of ceremony "
                  + bundle.manifest().ceremony()
                  + ", exported "
                  + bundle.manifest().time());
    }
  }

  @Command(
      name = "transcript",
      header = "Transcripts of ceremonies",
      description = {"", "What was done, step by step, signed by appliance and witnesses."},
      footer = {
        "  chancery ceremony transcript verify --audit-key audit.pub --witness-key grace.pem c-1.jsonl"
      })
  static final class Transcripts extends Group {}

  @Command(
      name = "render",
      header = "Print a transcript as a report",
      description = {"", "The same transcript always gives the same bytes."},
      footer = {"  chancery ceremony transcript render --html c-1.jsonl > c-1.html"})
  static final class Render extends Paper {
    private final Function<byte[], String> words;

    @Option(names = "--html", description = "One printable HTML file instead of text.")
    private boolean html;

    @Parameters(paramLabel = "FILE", description = "The transcript.")
    private Path file = Path.of("");

    Render(Surroundings surroundings, Function<byte[], String> words) {
      super(surroundings);
      this.words = words;
    }

    @Override
    void look() throws IOException {
      Transcript transcript = Transcript.read(read(surroundings.resolve(file), MOST_BYTES));
      Rendering rendering = new Rendering(words);
      surroundings.out().print(html ? rendering.html(transcript) : rendering.text(transcript));
      surroundings.out().flush();
    }
  }

  @Command(
      name = "verify",
      header = "Verify a transcript",
      description = {"", "The chain of its steps, and who signed it."},
      footer = {
        "  chancery ceremony transcript verify --audit-key audit.pub --witness-key grace.pem c-1.jsonl"
      })
  static final class Verify extends Paper {
    @Option(
        names = "--audit-key",
        required = true,
        paramLabel = "FILE",
        description = "The appliance's public audit key: C2SP verifier key or PEM.")
    private List<Path> audit = new ArrayList<>();

    @Option(
        names = "--witness-key",
        paramLabel = "FILE",
        description = "A witness's public key, PEM. Once for each witness; all must have signed.")
    private List<Path> witnesses = new ArrayList<>();

    @Parameters(paramLabel = "FILE", description = "The transcript.")
    private Path file = Path.of("");

    Verify(Surroundings surroundings) {
      super(surroundings);
    }

    @Override
    void look() throws IOException {
      Transcript transcript = Transcript.read(read(surroundings.resolve(file), MOST_BYTES));
      transcript.checkSignedBy(
          keys(surroundings, audit), keys(surroundings, witnesses), witnesses.size());
      surroundings
          .out()
          .println(
              "verified: "
                  + transcript.steps().size()
                  + " steps of ceremony "
                  + transcript.heading().ceremony()
                  + ", "
                  + witnesses.size()
                  + " witnesses, head "
                  + transcript.head());
    }
  }
}
