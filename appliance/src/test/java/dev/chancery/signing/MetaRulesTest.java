package dev.chancery.signing;

import dev.chancery.api.KeyRecord;
import dev.chancery.api.Role;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which files may be named after which (DESIGN section 3). A content is written as its version and
 * the file it names: {@code 2b} is version 2 with file b. What follows a plus is a delegation.
 */
class MetaRulesTest extends PathTest {
  @ParameterizedTest(name = "{0}: after {1}, {2} is {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a new file replaces an old one       | 1a          | 2b | admit",
        "the file of the version before       | 1a 2b       | 2a | admit",
        "the superseded file two versions ago | 1a 2b       | 3a | META_ROLLBACK",
        "at the watermark too                 | 1a 2b 3c    | 3a | META_ROLLBACK",
        "at the watermark, of the one before  | 1a 2b 3c    | 3b | admit",
        "superseded, but carried again        | 1a 2b 2a    | 3a | admit",
        "carried again, then left behind      | 1a 2b 2a 3c | 4a | META_ROLLBACK",
        "all successors were older            | 1a 1b 2a    | 3b | admit",
        "one successor was newer              | 1a 1b 2a 2c | 3b | META_ROLLBACK",
        "longer ago, all successors older     | 1a 1b 2a 3a | 4b | admit",
        "the same file for ever               | 1a 2a 3a    | 4a | admit",
        "long ago, superseded                 | 1a 2b 3c 4d | 5a | META_ROLLBACK",
      })
  void judgesAFileThatWasNamedBefore(String name, String history, String proposal, String verdict) {
    for (Role role : Role.values()) {
      KeyRecord key = bench.key(SigningBench.APP, role);
      after(key, history);
      judged(verdict, key, content(key, proposal));
    }
  }

  @ParameterizedTest(name = "{0}: after {1}, {2} is {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "every predecessor had it      | 1a+x        | 2b     | META_NAME_LOST",
        "one of two had it             | 1a+x 1b     | 2c     | admit",
        "the other one of two had it   | 1b 1a+x     | 2c     | admit",
        "both had it                   | 1a+x 1b+x   | 2c     | META_NAME_LOST",
        "both had one, each another    | 1a+x+y 1b+y | 2c+x   | META_NAME_LOST",
        "only what both had is needed  | 1a+x+y 1b+y | 2c+y   | admit",
        "it is still there             | 1a+x        | 2b+x   | admit",
        "a name is added               | 1a+x        | 2b+x+y | admit",
        "at the watermark              | 1a+x 2b+x   | 2c     | META_NAME_LOST",
        "new at the watermark          | 1a 2b+x     | 2c     | admit",
        "at the first version          | 1a+x        | 1b     | admit",
        "lost long ago                 | 1a+x 1b 2c  | 3d     | admit",
      })
  void judgesANameThatIsMissing(String name, String history, String proposal, String verdict) {
    KeyRecord key = snapshotKey();
    after(key, history);
    judged(verdict, key, content(key, proposal));
  }

  private void after(KeyRecord key, String history) {
    Arrays.stream(history.split(" ", -1)).forEach(each -> admits(key, content(key, each)));
  }

  private byte[] content(KeyRecord key, String written) {
    String[] parts = written.split("\\+", -1);
    int version = Character.digit(parts[0].charAt(0), 10);
    String file = parts[0].substring(1);
    return key.role() == Role.TIMESTAMP
        ? timestamp(version, file)
        : snapshot(version, file, Arrays.copyOfRange(parts, 1, parts.length));
  }
}
