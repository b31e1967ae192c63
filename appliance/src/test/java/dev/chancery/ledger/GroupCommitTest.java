package dev.chancery.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs are strings here; the writer hands each batch on, and waits when it is told to. */
@Timeout(30)
class GroupCommitTest {
  private final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final CountDownLatch atTheGate = new CountDownLatch(1);
  private final GroupCommit<String> commits = new GroupCommit<>(8, "stop", this::write);

  private void write(List<String> batch) {
    if (batch.contains("gate")) {
      atTheGate.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    batches.add(batch);
  }

  private List<String> nextBatch() throws InterruptedException {
    List<String> batch = batches.poll(10, TimeUnit.SECONDS);
    assertTrue(batch != null, "nothing was written");
    return batch;
  }

  private void holdTheWriter() throws InterruptedException {
    commits.submit("gate");
    atTheGate.await();
  }

  @Test
  void whatNobodyWaitsForIsWrittenBeforeWhatIsSubmittedAfterIt() throws InterruptedException {
    holdTheWriter();
    commits.submitLater("issued 1");
    commits.submit("decide 2");
    gate.countDown();
    assertEquals(List.of("gate"), nextBatch());
    assertEquals(List.of("issued 1", "decide 2"), nextBatch());
    commits.close();
  }

  @Test
  void whatNobodyWaitsForIsWrittenAloneWhenNothingElseComes() throws InterruptedException {
    holdTheWriter();
    commits.submitLater("while the writer works");
    gate.countDown();
    assertEquals(List.of("gate"), nextBatch());
    assertEquals(List.of("while the writer works"), nextBatch());
    // By now it sleeps or is about to; whenever the job comes, it is written.
    for (int i = 0; i < 50; i++) {
      commits.submitLater("job " + i);
      assertEquals(List.of("job " + i), nextBatch());
      Thread.sleep(i % 10);
    }
    commits.close();
  }

  @Test
  void aBatchGrowsWhileThereIsNoHurry() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    commits.holdWhile(
        () -> {
          if (asked.incrementAndGet() <= 3) {
            commits.submit("meanwhile " + asked.get());
          }
          return asked.get() < 3;
        });
    commits.submit("first");
    assertEquals(List.of("first", "meanwhile 1", "meanwhile 2", "meanwhile 3"), nextBatch());
    commits.close();
  }

  @Test
  void aBatchIsWrittenWhenItWasHeldForLongHoweverLittleHurryThereIs() throws InterruptedException {
    commits.holdWhile(() -> true);
    commits.submit("held");
    assertEquals(List.of("held"), nextBatch());
    commits.close();
  }

  @Test
  void closingWritesEverythingAndTakesNothingMore() throws InterruptedException {
    holdTheWriter();
    commits.submitLater("issued 1");
    commits.submit("decide 2");
    gate.countDown();
    commits.close();
    List<String> written = new ArrayList<>();
    batches.forEach(written::addAll);
    assertEquals(List.of("gate", "issued 1", "decide 2"), written);
    assertThrows(LedgerException.class, () -> commits.submit("late"));
    assertThrows(LedgerException.class, () -> commits.submitLater("late"));
  }
}
