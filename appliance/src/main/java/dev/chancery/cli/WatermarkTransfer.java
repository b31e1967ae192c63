package dev.chancery.cli;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.api.client.BulkAnswer;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.WatermarkInfo;
import dev.chancery.api.client.WatermarkListing;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.reconcile.DocumentDirectory;
import dev.chancery.recovery.WatermarkFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Watermarks to and from other signers. */
final class WatermarkTransfer {
  private WatermarkTransfer() {}

  /** {@code chancery watermarks export}. */
  @Command(
      name = "export",
      header = "Write the watermarks in the form that signers exchange",
      description = {
        "",
        "One entry for each key that has signed: docs/recovery.md describes the file. Another"
            + " appliance with the same keys takes them over with 'watermarks import'."
      },
      footer = {"  chancery watermarks export --dir node --out watermarks.json"})
  static final class Export implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(
        names = "--repository",
        paramLabel = "NAME",
        description = "Only those of this repository (GUN).")
    private @Nullable RepositoryName repository;

    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "A new file for them. Default: standard output.")
    private @Nullable Path out;

    @Mixin private ServerOptions server = new ServerOptions();

    Export(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      NewFile file = out == null ? null : NewFile.at(surroundings.resolve(out));
      WatermarkListing listing;
      Map<KeyId, KeyInfo> keys;
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        listing = client.watermarkListing(repository);
        keys =
            client.keys(repository, null).stream()
                .collect(Collectors.toMap(KeyInfo::keyid, key -> key));
      }
      List<WatermarkFile.Entry> entries =
          listing.watermarks().stream()
              .flatMap(
                  mark -> Stream.ofNullable(keys.get(mark.keyid())).map(key -> entry(mark, key)))
              .toList();
      byte[] bytes =
          new WatermarkFile(listing.ledger(), surroundings.clock().instant(), entries).encode();
      if (file == null) {
        surroundings.out().print(new String(bytes, StandardCharsets.UTF_8));
        surroundings.out().flush();
      } else {
        file.write(bytes);
        surroundings.out().println(entries.size() + " watermarks in " + file.path());
      }
      return ExitCode.OK.number();
    }

    private static WatermarkFile.Entry entry(WatermarkInfo mark, KeyInfo key) {
      return new WatermarkFile.Entry(
          mark.keyid(),
          new RepositoryName(mark.repository()),
          Role.of(mark.role()),
          Dialect.of(key.dialect()),
          new Version(Math.toIntExact(mark.version())),
          Sha256.fromHex(mark.canonicalSha256()),
          null);
    }
  }

  /** {@code chancery watermarks import}. */
  @Command(
      name = "import",
      header = "Raise watermarks to those of another signer, all or none",
      description = {
        "",
        "A watermark is only ever raised, and by the policy's maxFirstJump at most unless a signed"
            + " document of that version shows it: in the file itself, or in --documents. What"
            + " lowers is a re-base ('chancery rebase prepare')."
      },
      footer = {
        "  chancery watermarks import --dir node --check watermarks.json",
        "  chancery watermarks import --dir node --reason 'moved from the old node' watermarks.json",
        "  chancery watermarks import --dir node --reason 'as above' --documents served watermarks.json"
      })
  static final class Import implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The watermarks, as 'export' wrote them.")
    private Path file = Path.of("");

    @Option(
        names = "--documents",
        paramLabel = "DIR",
        description =
            "A directory of signed files, under any names; the one that a key of an entry signed, of"
                + " its version, is put beside it.")
    private @Nullable Path documents;

    @Option(names = "--check", description = "Only say what would become of it.")
    private boolean check;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "What happened, for the record: 1 to 300 characters. Needed unless --check.")
    private @Nullable String reason;

    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private JsonOption json = new JsonOption();

    Import(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
      if (!check && reason == null) {
        throw new ParameterException(
            spec.commandLine(), "--reason is needed, for the record; --check only looks");
      }
      WatermarkFile watermarks =
          WatermarkFile.parse(Files.readAllBytes(surroundings.resolve(file)));
      if (documents != null) {
        watermarks = DocumentDirectory.read(surroundings.resolve(documents)).beside(watermarks);
      }
      BulkAnswer answer;
      try (ChanceryClient client = server.open(surroundings, NewAppliance.OPERATOR)) {
        answer =
            check
                ? client.checkWatermarks(watermarks.encode(), "only looked at")
                : client.importWatermarks(watermarks.encode(), String.valueOf(reason));
      }
      long shown = watermarks.entries().stream().filter(each -> each.document() != null).count();
      if (json.wanted()) {
        Map<String, Object> printed = new LinkedHashMap<>();
        printed.put("raised", answer.changed());
        printed.put("unchanged", answer.unchanged());
        printed.put("withDocument", shown);
        printed.put("check", check);
        json.print(printed, surroundings.out());
      } else {
        surroundings
            .out()
            .println(
                answer.changed()
                    + (check ? " watermarks would be raised, " : " watermarks raised, ")
                    + answer.unchanged()
                    + " were so already; "
                    + shown
                    + " had a document beside them");
      }
      return ExitCode.OK.number();
    }
  }
}
