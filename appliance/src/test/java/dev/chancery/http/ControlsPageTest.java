package dev.chancery.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.api.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One control, one id: docs/controls.md has each, with the status it is answered with. */
class ControlsPageTest {
  private static final Pattern LINE = Pattern.compile("\\| `([A-Z0-9_]+)` \\| (\\d{3}) \\|.*");

  @Test
  void thePageHasEachControlWithItsStatusAndNoOther() throws IOException {
    Map<String, Integer> expected = new TreeMap<>();
    for (Refusal refusal : Refusal.values()) {
      expected.put(refusal.name(), Problems.status(refusal.kind()));
    }
    Map<String, Integer> page = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/controls.md"))) {
      Matcher row = LINE.matcher(line);
      if (row.matches()) {
        page.put(row.group(1), Integer.valueOf(row.group(2)));
      }
    }
    assertEquals(expected, page);
  }
}
