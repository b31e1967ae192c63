package dev.chancery.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files that lists are kept in. */
class ListsTest {
  private static final RepositoryName APP = new RepositoryName("registry.example/team/app");
  private static final Sha256 CANONICAL = Sha256.of(new byte[] {1});
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  private static RebaseList list(int from) {
    return new RebaseList(
        "ab".repeat(16),
        TIME,
        "https://localhost:4443",
        List.of(entry("22", from), entry("11", 5)));
  }

  private static RebaseList.Entry entry(String id, int from) {
    return new RebaseList.Entry(
        new KeyId(id.repeat(32)),
        APP,
        Role.TIMESTAMP,
        new Version(from),
        new Version(9),
        CANONICAL,
        new FileBytes(new byte[] {2}));
  }

  @Test
  void aListIsReadAsItWasWritten() {
    assertEquals(list(11), RebaseList.parse(list(11).encode()));
  }

  @Test
  void theDigestIsThatOfTheCanonicalEntriesInTheOrderOfTheirKeys() {
    String entry =
        "{\"canonicalSha256\":\"%s\",\"from\":%d,\"keyid\":\"%s\",\"repository\":\"%s\","
            + "\"role\":\"timestamp\",\"to\":9}";
    String both =
        "["
            + entry.formatted(CANONICAL, 5, "11".repeat(32), APP)
            + ","
            + entry.formatted(CANONICAL, 11, "22".repeat(32), APP)
            + "]";
    assertEquals(Sha256.of(both.getBytes(StandardCharsets.US_ASCII)), list(11).digest());
  }

  @ParameterizedTest(name = "{0} instead of {1}: {2}")
  @CsvSource({
    "'\"from\":11', '\"from\":12', 'the list says its digest is'",
    "'\"to\":9', '\"to\":0', 'no version \"to\"'",
    "'chancery-rebase-1', 'chancery-rebase-2', 'format'",
    "'\"role\":\"timestamp\"', '\"role\":\"root\"', 'role'",
    "'\"prepared\":', '\"made\":', 'made'",
    "'2222', '1111', 'named before'",
  })
  void aListThatWasChangedIsNotTaken(String was, String is, String message) {
    String file = new String(list(11).encode(), StandardCharsets.UTF_8).replace(was, is);
    var refused =
        assertThrows(
            ListFormatException.class,
            () -> RebaseList.parse(file.getBytes(StandardCharsets.UTF_8)));
    assertEquals(true, String.valueOf(refused.getMessage()).contains(message), refused::toString);
  }

  @Test
  void watermarksAreReadAsTheyWereWritten() {
    WatermarkFile file =
        new WatermarkFile(
            "ab".repeat(16),
            TIME,
            List.of(
                new WatermarkFile.Entry(
                    new KeyId("11".repeat(32)),
                    APP,
                    Role.SNAPSHOT,
                    Dialect.NOTARY,
                    new Version(7),
                    CANONICAL,
                    new FileBytes(new byte[] {3}))));
    assertEquals(file, WatermarkFile.parse(file.encode()));
  }
}
