package dev.chancery.cli;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Version;
import dev.chancery.cli.bench.BenchCommand;
import dev.chancery.cli.dct.DctCommand;
import dev.chancery.cli.dct.DownCommand;
import dev.chancery.cli.dct.StatusCommand;
import dev.chancery.cli.dct.UpCommand;
import dev.chancery.cli.demo.DemoCommand;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command {@code chancery} with all its subcommands. */
public final class Cli {
  private static final OptionSpec HELP =
      OptionSpec.builder("-h", "--help").usageHelp(true).description("Print this text.").build();

  private static final OptionSpec VERSION =
      OptionSpec.builder("-V", "--version")
          .versionHelp(true)
          .description("Print the version of Chancery and of Java.")
          .build();
  private static final int HELP_WIDTH = 100;

  private Cli() {}

  /**
   * Runs one command line.
   *
   * @return the number of an {@link ExitCode}
   */
  public static int run(Surroundings surroundings, Parts parts, String... arguments) {
    return commandLine(surroundings, parts).execute(arguments);
  }

  /** The command as picocli knows it, for running it and for looking at its help. */
  static CommandLine commandLine(Surroundings surroundings, Parts parts) {
    CommandLine root =
        new CommandLine(new ChanceryCommand())
            .addSubcommand(new DemoCommand(surroundings, parts))
            .addSubcommand(new InitCommand(surroundings, parts))
            .addSubcommand(new ServeCommand(surroundings, parts))
            .addSubcommand(new DoctorCommand(surroundings))
            .addSubcommand(keys(surroundings))
            .addSubcommand(repository(surroundings))
            .addSubcommand(
                new CommandLine(new WatermarksCommand(surroundings))
                    .addSubcommand(new WatermarkTransfer.Export(surroundings))
                    .addSubcommand(new WatermarkTransfer.Import(surroundings)))
            .addSubcommand(new ReconcileCommand(surroundings))
            .addSubcommand(new SignCommand(surroundings))
            .addSubcommand(new CheckCommand(surroundings))
            .addSubcommand(
                new CommandLine(new DctCommand())
                    .addSubcommand(new UpCommand(surroundings, parts))
                    .addSubcommand(new StatusCommand(surroundings))
                    .addSubcommand(new DownCommand(surroundings)))
            .addSubcommand(migrate(surroundings))
            .addSubcommand(
                new CommandLine(new AuditCommand())
                    .addSubcommand(new AuditCommand.Export(surroundings))
                    .addSubcommand(new AuditCommand.Show(surroundings))
                    .addSubcommand(new AuditCommand.Prove(surroundings))
                    .addSubcommand(new AuditCommand.Verify(surroundings))
                    .addSubcommand(new AuditCheckpointCommand(surroundings))
                    .addSubcommand(new AuditArchiveCommand(surroundings))
                    .addSubcommand(new AuditStatsCommand(surroundings))
                    .addSubcommand(new AuditKeyCommand(surroundings)))
            .addSubcommand(
                new CommandLine(new LedgerCommand())
                    .addSubcommand(new LedgerCommand.Migrate(surroundings)))
            .addSubcommand(
                new CommandLine(new BackupCommand(surroundings))
                    .addSubcommand(new BackupCommand.Verify(surroundings)))
            .addSubcommand(new RestoreCommand(surroundings))
            .addSubcommand(new BenchCommand(surroundings, parts))
            .addSubcommand(
                new CommandLine(new RebaseCommand())
                    .addSubcommand(new RebaseSteps.Prepare(surroundings))
                    .addSubcommand(new RebaseSteps.Apply(surroundings))
                    .addSubcommand(new RebaseCommand.LedgerRebase(surroundings)))
            .addSubcommand(
                new CommandLine(new ClockCommand())
                    .addSubcommand(new ClockCommand.Confirm(surroundings)));
    register(root, Role.class, Role::of);
    register(root, Dialect.class, Dialect::of);
    register(root, Algorithm.class, Algorithm::of);
    register(root, Custody.class, Custody::of);
    register(root, Version.class, text -> new Version(Integer.parseInt(text)));
    register(root, KeyId.class, KeyId::new);
    register(root, RepositoryName.class, RepositoryName::new);
    dress(root);
    root.getCommandSpec().addOption(VERSION);
    Failures failures = new Failures(surroundings);
    return root.setOut(surroundings.out())
        .setErr(surroundings.err())
        .setExitCodeExceptionMapper(failures)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler((e, arguments) -> usage(e));
  }

  private static CommandLine keys(Surroundings surroundings) {
    return new CommandLine(new KeysCommand())
        .addSubcommand(new KeysCommand.ListKeys(surroundings))
        .addSubcommand(new KeysCommand.Show(surroundings))
        .addSubcommand(new KeysCommand.Create(surroundings))
        .addSubcommand(new KeysCommand.Freeze(surroundings));
  }

  private static CommandLine migrate(Surroundings surroundings) {
    return new CommandLine(new MigrateCommand())
        .addSubcommand(
            new CommandLine(new MigrateCommand.NotarySigner())
                .addSubcommand(new MigrateCommand.Show(surroundings))
                .addSubcommand(new MigrateCommand.Plan(surroundings))
                .addSubcommand(new MigrationSteps.Register(surroundings))
                .addSubcommand(new MigrationSteps.Status(surroundings))
                .addSubcommand(new ImportCommand(surroundings)));
  }

  private static CommandLine repository(Surroundings surroundings) {
    return new CommandLine(new RepositoryCommand())
        .addSubcommand(new RepositoryCommand.ListRepositories(surroundings))
        .addSubcommand(new RepositoryCommand.Show(surroundings))
        .addSubcommand(new RepositoryCommand.Retire(surroundings))
        .addSubcommand(new RepositoryCommand.SetCustody(surroundings))
        .addSubcommand(new RepositoryCommand.Start(surroundings));
  }

  private static <T> void register(CommandLine root, Class<T> type, Function<String, T> reader) {
    ITypeConverter<T> converter =
        text -> {
          try {
            return reader.apply(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
          }
        };
    root.registerConverter(type, converter);
  }

  /** Gives every command --help, the same headings and the list of exit codes. */
  private static void dress(CommandLine command) {
    command.getCommandSpec().addOption(HELP);
    UsageMessageSpec help = command.getCommandSpec().usageMessage();
    help.synopsisHeading("%nUsage:%n  ");
    help.descriptionHeading("%nDescription:%n");
    help.parameterListHeading("%nArguments:%n");
    help.optionListHeading("%nOptions:%n");
    help.commandListHeading("%nCommands:%n");
    help.exitCodeListHeading("%nExit codes:%n");
    help.exitCodeList(ExitCode.help());
    help.footerHeading("%nExamples:%n");
    help.sortOptions(false);
    help.abbreviateSynopsis(false);
    help.width(HELP_WIDTH);
    command.getSubcommands().values().forEach(Cli::dress);
  }

  /** Two lines: what is wrong, and where to read on. */
  private static int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + Failures.firstLine(e));
    command.getErr().println("See '" + name + " --help'.");
    return ExitCode.USAGE.number();
  }
}
