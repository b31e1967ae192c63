package dev.chancery.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a subcommand. */
@Command(
    name = "chancery",
    header = "Chancery: a signing appliance for Docker Content Trust and other TUF repositories",
    description = {
      "",
      "Keys live in a PKCS#11 token and never leave it. A trust server sends timestamp and snapshot"
          + " metadata; Chancery checks it against policy and against everything it signed before,"
          + " records its decision durably, lets the token sign, and verifies the signature."
    },
    versionProvider = ChanceryCommand.Version.class,
    footer = {
      "  chancery demo             # see it at work, and attacked",
      "  chancery init node        # a working appliance in the directory node",
      "  chancery doctor node      # is all as it should be?",
      "  chancery serve node       # start it",
      "  chancery COMMAND --help   # more about one command"
    })
final class ChanceryCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /** The version of the build, from the jar. */
  static final class Version implements IVersionProvider {
    private static final String PROPERTIES =
        "/META-INF/maven/dev.chancery/appliance/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
      return new String[] {
        "Chancery " + build(), "Java " + Runtime.version() + ", picocli " + CommandLine.VERSION
      };
    }

    /** The version of this program. */
    static String program() {
      try {
        return build();
      } catch (IOException e) {
        return "(unknown)";
      }
    }

    private static String build() throws IOException {
      try (InputStream properties = Version.class.getResourceAsStream(PROPERTIES)) {
        if (properties == null) {
          return "(not built as a jar)";
        }
        Properties read = new Properties();
        read.load(properties);
        return read.getProperty("version", "(without version)");
      }
    }
  }
}
