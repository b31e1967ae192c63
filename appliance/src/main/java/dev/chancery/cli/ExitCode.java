package dev.chancery.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** How a command ends; from 64 on the numbers are those of sysexits.h. */
public enum ExitCode {
  OK(0, "Done, and nothing found wrong."),
  REFUSED(1, "Refused by the appliance, or a check found something. The reason is printed."),
  USAGE(2, "The command line is wrong. Nothing was done."),
  NO_INPUT(66, "An input file cannot be read or is not what it should be."),
  UNAVAILABLE(69, "Server, token or ledger cannot be reached or failed. Trying again may help."),
  INTERNAL(70, "A defect in Chancery. CHANCERY_DEBUG=1 in the environment shows the stack trace."),
  CANNOT_CREATE(73, "The place for new files is taken or cannot be written."),
  CONFIG(78, "A configuration file is wrong. The message names file and line.");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The number the process ends with. */
  public int number() {
    return number;
  }

  /** All of them for a help text, by number. */
  static Map<String, String> help() {
    Map<String, String> help = new LinkedHashMap<>();
    for (ExitCode code : values()) {
      help.put(String.valueOf(code.number), code.meaning);
    }
    return help;
  }
}
