package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chancery.softhsm.ChanceryServer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * notary-server has metadata signed anew when somebody asks for it and it has expired. Nobody waits
 * two weeks here: the date in the stored file is changed, which the server does not notice.
 */
@ChanceryServer
@WithNotaryServer(
    database = true,
    zones = {"UTC", "Asia/Kathmandu"})
class ExpiredMetadataTest {
  private static final String EXPIRED = "\"expires\":\"2020-01-01T00:00:00Z\"";

  private final NotaryStack stack;
  private final NotaryCli publisher;

  ExpiredMetadataTest(NotaryStack stack) {
    this.stack = stack;
    this.publisher = stack.newUser();
  }

  @Test
  void anExpiredTimestampIsSignedAnewWhenSomebodyAsks() {
    String gun = "localhost:5000/expired/timestamp";
    published(gun);
    long before = version(stack.server(), gun);
    expired(gun, "timestamp", () -> version(stack.server(), gun));
    assertEquals(before + 1, version(stack.server(), gun));
    goesOn(gun);
  }

  @Test
  void anExpiredSnapshotIsSignedAnewTogetherWithItsTimestamp() {
    String gun = "localhost:5000/expired/snapshot";
    published(gun);
    long before = version(stack.server(), gun);
    // The first server still has the file as it was; the second has never seen it.
    expired(gun, "snapshot", () -> version(stack.server(1), gun));
    assertEquals(before + 1, version(stack.server(1), gun));
    goesOn(gun);
  }

  @Test
  void manyWhoAskAtOnceForAnExpiredTimestampAllGetOne() {
    String gun = "localhost:5000/expired/crowd";
    published(gun);
    long before = version(stack.server(), gun);
    List<Integer> statuses = expired(gun, "timestamp", () -> askAtOnce(gun, 16));
    // Who lost the race in the database may be told so; the repository is none the worse for it.
    assertEquals(true, statuses.contains(200), statuses::toString);
    assertEquals(before + 1, version(stack.server(), gun));
    goesOn(gun);
  }

  private void published(String gun) {
    publisher.ok("init", gun);
    publisher.ok("key", "rotate", gun, "snapshot", "-r");
    publisher.publish(gun, "v1", "first");
  }

  private static long version(NotaryServer server, String gun) {
    return new ServedFiles(server, gun).newestVersion("timestamp");
  }

  /** What comes of {@code then} while the stored file has expired. */
  private <T> T expired(String gun, String role, Callable<T> then) {
    String original =
        stack
            .database()
            .edit(gun, role, file -> file.replaceFirst("\"expires\":\"[^\"]*\"", EXPIRED));
    try {
      return then.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      stack.database().restore(gun, role, original);
    }
  }

  private List<Integer> askAtOnce(String gun, int times) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
      Callable<Integer> ask = () -> stack.server().get(gun, "timestamp.json").statusCode();
      List<Future<Integer>> answers =
          threads.invokeAll(Stream.generate(() -> ask).limit(times).toList());
      return answers.stream().map(Future::resultNow).toList();
    }
  }

  private void goesOn(String gun) {
    stack.assertServes(gun, "v1", "first");
    publisher.publish(gun, "v2", "second");
    stack.assertServes(gun, "v2", "second");
    stack.assertLedgerExplains(gun, publisher);
  }
}
