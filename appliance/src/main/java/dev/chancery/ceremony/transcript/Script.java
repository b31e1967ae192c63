package dev.chancery.ceremony.transcript;

import java.util.List;

/**
 * What will be done, on paper before the ceremony: numbered steps with a box for initials and time.
 *
 * @param participants who takes part, by role, such as {@code Witness: Grace}
 * @param items serial numbers, tamper bag numbers and whatever must be on the table
 */
public record Script(
    Heading heading, List<String> participants, List<String> items, List<Instruction> steps) {
  /**
   * One step.
   *
   * @param actor who does it
   * @param text what to do
   * @param command what to type, empty if nothing
   */
  public record Instruction(String actor, String text, String command) {
    public Instruction {
      Texts.line("the actor", actor);
      Texts.line("the instruction", text);
      if (!command.isEmpty()) {
        Texts.line("the command", command);
      }
    }
  }

  public Script {
    participants = List.copyOf(participants);
    items = List.copyOf(items);
    steps = List.copyOf(steps);
    participants.forEach(each -> Texts.line("a participant", each));
    items.forEach(each -> Texts.line("an item", each));
  }
}
