package dev.chancery.cli.dct;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chancery dct}. */
@Command(
    name = "dct",
    header = "Try Docker Content Trust out: a whole service on this machine",
    description = {
      "",
      "Debian's notary-server and docker-registry on loopback, with an appliance of their own as"
          + " signer, in one directory. docs/docker-content-trust.md tells what to do with it."
    },
    footer = {
      "  chancery dct up        # make and start it; prints what to paste for docker and notary",
      "  chancery dct status    # how each part is",
      "  chancery dct down      # stop it; what was signed and published stays"
    })
public final class DctCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? There are: up, status, down");
  }
}
