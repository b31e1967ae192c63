package dev.chancery.cli;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.SignedMetadata;
import dev.chancery.cli.init.NewAppliance;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code chancery sign ROLE FILE}. */
@Command(
    name = "sign",
    header = "Have timestamp or snapshot metadata signed by the running server",
    description = {
      "",
      "Sends the metadata and prints the signature. The server reads it, checks it and records its"
          + " decision before it signs. A refusal is printed with its id, what was observed, what is"
          + " allowed and what to do.",
      "",
      "The same bytes may be sent again: they get the same signature."
    },
    footer = {
      "  chancery sign timestamp --dir node --repository registry.example/app signed.json",
      "  chancery sign snapshot --dir node --keyid KEYID --envelope snapshot.json --json"
    })
final class SignCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private MetadataOptions metadata = new MetadataOptions();
  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private JsonOption json = new JsonOption();

  SignCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    byte[] signed = metadata.signed(surroundings);
    byte[] snapshot = metadata.snapshot(surroundings);
    try (ChanceryClient client = server.open(surroundings, NewAppliance.TRUST_SERVER)) {
      SignedMetadata answer = client.sign(metadata.role(), metadata.key(), signed, snapshot);
      if (json.wanted()) {
        json.print(Shown.of(answer), surroundings.out());
      } else {
        print(answer);
      }
    }
    return ExitCode.OK.number();
  }

  private void print(SignedMetadata answer) {
    PrintWriter out = surroundings.out();
    out.println(
        (answer.recorded() ? "signed before: " : "signed: ")
            + metadata.role().id()
            + " version "
            + answer.version());
    out.println("  keyid:   " + answer.keyid());
    out.println("  method:  " + answer.method());
    out.println("  sig:     " + answer.sig());
    out.println("  sha256:  " + answer.canonicalSha256());
    out.println("  ledger:  row " + answer.sequence());
    answer.warnings().forEach(warning -> out.println("  warning: " + warning));
  }
}
