package dev.chancery.cli;

import dev.chancery.access.AccessFileException;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.ServerUnreachableException;
import dev.chancery.api.client.UnreadableAnswerException;
import dev.chancery.backup.BackupException;
import dev.chancery.config.ConfigException;
import dev.chancery.hsm.TokenException;
import dev.chancery.ledger.LedgerException;
import dev.chancery.migrate.MigrationException;
import dev.chancery.recovery.ListFormatException;
import dev.chancery.served.ServedException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.ParseResult;

/** What is printed when a command fails, and the number it ends with. */
final class Failures implements IExecutionExceptionHandler, IExitCodeExceptionMapper {
  private final Surroundings surroundings;

  Failures(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (e instanceof ChanceryProblem problem && problem.isRefusal()) {
      Refusals.print(problem, err);
    } else {
      err.println(command.getCommandSpec().qualifiedName() + ": " + sentence(e));
    }
    if (surroundings.debug()) {
      e.printStackTrace(err);
    }
    return getExitCode(e);
  }

  @Override
  public int getExitCode(Throwable e) {
    return exitCode(e).number();
  }

  private static ExitCode exitCode(Throwable e) {
    return switch (e) {
      case CommandException known -> known.exitCode();
      case ConfigException config -> ExitCode.CONFIG;
      case AccessFileException access -> ExitCode.CONFIG;
      case BackupException backup -> ExitCode.NO_INPUT;
      case MigrationException migration ->
          switch (migration.kind()) {
            case INPUT -> ExitCode.NO_INPUT;
            case UNAVAILABLE -> ExitCode.UNAVAILABLE;
          };
      case ChanceryProblem problem -> problem.isRefusal() ? ExitCode.REFUSED : ExitCode.UNAVAILABLE;
      case ServedException served ->
          served.kind() == ServedException.Kind.INPUT ? ExitCode.NO_INPUT : ExitCode.UNAVAILABLE;
      case ListFormatException list -> ExitCode.NO_INPUT;
      case ServerUnreachableException server -> ExitCode.UNAVAILABLE;
      case TokenException token -> ExitCode.UNAVAILABLE;
      case LedgerException ledger -> ExitCode.UNAVAILABLE;
      case UnreadableAnswerException answer -> ExitCode.UNAVAILABLE;
      case FileSystemException file -> ExitCode.NO_INPUT;
      default -> ExitCode.INTERNAL;
    };
  }

  private static String sentence(Exception e) {
    return switch (e) {
      case NoSuchFileException file -> file.getFile() + " does not exist";
      case FileSystemException file ->
          file.getFile() + ": " + (file.getReason() == null ? "no access" : file.getReason());
      case TokenException token -> "token: " + firstLine(token) + "; 'chancery doctor' tells more";
      case LedgerException ledger ->
          "ledger: " + firstLine(ledger) + "; 'chancery doctor' tells more";
      default ->
          exitCode(e) == ExitCode.INTERNAL
              ? "internal error, "
                  + e.getClass().getSimpleName()
                  + ": "
                  + firstLine(e)
                  + " (CHANCERY_DEBUG=1 shows where)"
              : firstLine(e);
    };
  }

  static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
