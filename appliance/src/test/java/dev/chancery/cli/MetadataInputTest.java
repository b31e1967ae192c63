package dev.chancery.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataInputTest {
  private static final Path NAME = Path.of("envelope.json");

  @Test
  void takesTheBytesOfSignedAsTheyStand() throws IOException {
    // Spaces, an escape, a number no double holds and text beyond ASCII before it: nothing changes.
    String signed = "{ \"b\" : \"\\u0041\",\n\"a\":[1e400,{\"x\":{}}] }";
    String envelope =
        " {\"note\":\"\u00e4\ud83d\ude00\",\"signed\": " + signed + " ,\"signatures\":[]} ";
    assertEquals(signed, text(MetadataInput.signedOf(bytes(envelope), NAME)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"signed\":1}",
        "{\"signed\":\"{}\"}",
        "{\"signed\":{}",
        "{\"signed\":{},\"signed\":{}}",
        "{\"x\":{\"signed\":{}}}"
      })
  void whatIsNoEnvelopeIsRefused(String envelope) {
    CommandException refused =
        assertThrows(CommandException.class, () -> MetadataInput.signedOf(bytes(envelope), NAME));
    assertEquals(ExitCode.NO_INPUT, refused.exitCode());
  }

  @Test
  void aFileTooLargeForMetadataIsNotRead(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("large");
    Files.write(file, new byte[4 << 20]);
    assertEquals(4 << 20, MetadataInput.read(file).length);
    Files.write(file, new byte[(4 << 20) + 1]);
    assertThrows(CommandException.class, () -> MetadataInput.read(file));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
