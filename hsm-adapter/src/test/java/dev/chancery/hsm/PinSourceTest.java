package dev.chancery.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinSourceTest {
  @TempDir private Path directory;

  private Path file(String content, String mode) throws IOException {
    Path file = directory.resolve("pin");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private static TokenException refusal(PinSource source) {
    var thrown = assertThrows(TokenException.class, source::read);
    assertEquals("PIN_UNAVAILABLE", thrown.ckr());
    return thrown;
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------"})
  void aFileThatOnlyItsOwnerReadsIsTaken(String mode) throws IOException {
    try (Pin pin = PinSource.file(file("1234\n", mode)).read()) {
      assertArrayEquals("1234".getBytes(UTF_8), pin.bytes());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rw-r-----, 0640",
    "rw-r--r--, 0644",
    "rw-----w-, 0602",
    "r--r-----, 0440",
    "rw--w----, 0620",
    "rw------x, 0601",
  })
  void aFileThatOthersReachIsRefusedByNameAndMode(String mode, String octal) throws IOException {
    Path file = file("1234\n", mode);
    String message = String.valueOf(refusal(PinSource.file(file)).getMessage());
    assertTrue(message.contains(file.toString()), message);
    assertTrue(message.contains("mode " + octal), message);
    assertFalse(message.contains("1234"), message);
  }

  @Test
  void aFileOfAnotherUserIsRefused() throws IOException {
    Path file = file("1234\n", "rw-------");
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a file away");
    Files.setAttribute(file, "unix:uid", 4711);
    String message = String.valueOf(refusal(PinSource.file(file)).getMessage());
    // Root may open tokens with files of its own only; uid 4711 could change this one.
    assertTrue(message.contains("uid 4711"), message);
  }

  @Test
  void onlyTheFirstLineCountsAndSpacesBelongToThePin() throws IOException {
    try (Pin pin = PinSource.file(file(" a b \r\nsecond line\n", "rw-------")).read()) {
      assertArrayEquals(" a b ".getBytes(UTF_8), pin.bytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\nsecond line\n"})
  void anEmptyFirstLineIsNoPin(String content) throws IOException {
    refusal(PinSource.file(file(content, "rw-------")));
  }

  @Test
  void aPinHasAtMost255Bytes() throws IOException {
    PinSource.file(file("7".repeat(255), "rw-------")).read().close();
    refusal(PinSource.file(file("7".repeat(256), "rw-------")));
  }

  @Test
  void whatIsMissingOrNoFileIsRefused() {
    refusal(PinSource.file(directory.resolve("missing")));
    refusal(PinSource.file(directory));
  }

  @Test
  void aCredentialOfRootMayBeReadableByTheGroupButNotByOthers() throws IOException {
    Path file = file("1234\n", "r--r-----");
    assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(file, "unix:uid")), "needs root");
    PinSource.credential(directory, "pin").read().close();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    refusal(PinSource.credential(directory, "pin"));
  }

  @Test
  void aPinIsGoneOnceClosedAndNeverShown() {
    char[] typed = "geheim-äß".toCharArray();
    Pin pin = Pin.of(typed);
    Pin copy = pin.copy();
    assertArrayEquals("geheim-äß".getBytes(UTF_8), pin.bytes());
    assertEquals("Pin[hidden]", pin.toString());
    pin.close();
    assertThrows(IllegalStateException.class, pin::bytes);
    assertArrayEquals("geheim-äß".getBytes(UTF_8), copy.bytes());
    copy.close();
  }

  @Test
  void aHeldPinCanBeReadAgainAndAgain() {
    try (Pin held = Pin.of("1234".getBytes(UTF_8))) {
      PinSource source = PinSource.held(held);
      source.read().close();
      try (Pin second = source.read()) {
        assertArrayEquals("1234".getBytes(UTF_8), second.bytes());
      }
    }
  }
}
