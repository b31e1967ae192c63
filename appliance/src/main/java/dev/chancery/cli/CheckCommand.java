package dev.chancery.cli;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.CheckedMetadata;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chancery check ROLE FILE}. */
@Command(
    name = "check",
    header = "Ask the running server whether it would sign timestamp or snapshot metadata",
    description = {
      "",
      "As 'chancery sign', with every check, but nothing is recorded and no token is used. Ends with"
          + " 0 if it would be signed now and with 1 if not; then the reason is printed."
    },
    footer = {
      "  chancery check timestamp --dir node --repository registry.example/app signed.json",
      "  chancery check snapshot --dir node --as operator --keyid KEYID --envelope snapshot.json"
    })
final class CheckCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private MetadataOptions metadata = new MetadataOptions();
  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private JsonOption json = new JsonOption();

  CheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    byte[] signed = metadata.signed(surroundings);
    byte[] snapshot = metadata.snapshot(surroundings);
    try (ChanceryClient client = server.open(surroundings, NewAppliance.TRUST_SERVER)) {
      CheckedMetadata answer = client.check(metadata.role(), metadata.key(), signed, snapshot);
      if (json.wanted()) {
        json.print(Shown.of(answer), surroundings.out());
      } else {
        print(answer);
      }
    }
    return ExitCode.OK.number();
  }

  private void print(CheckedMetadata answer) {
    PrintWriter out = surroundings.out();
    out.println("would be signed: " + metadata.role().id() + " version " + answer.version());
    out.println("  keyid:   " + answer.keyid());
    out.println("  sha256:  " + answer.canonicalSha256());
    answer.warnings().forEach(warning -> out.println("  warning: " + warning));
  }
}
