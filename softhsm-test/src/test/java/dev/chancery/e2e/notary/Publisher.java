package dev.chancery.e2e.notary;

import dev.chancery.e2e.notary.Children.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Publishes one target after the other to one repository, and when that fails tries again, as a
 * build server does. What the command said each time it failed is kept.
 */
final class Publisher implements Runnable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final NotaryCli cli;
  private final String gun;
  private final String name;
  private final int targets;
  private final List<Published> published = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private volatile boolean stopping;

  /** A target that is at the server, and since when. */
  record Published(String target, Instant when) {}

  /**
   * @param cli with the keys of the repository
   * @param name different for each publisher: it is in the names and the contents of his targets
   * @param targets after how many he ends
   */
  Publisher(NotaryCli cli, String gun, String name, int targets) {
    this.cli = cli;
    this.gun = gun;
    this.name = name;
    this.targets = targets;
  }

  @Override
  public void run() {
    for (int i = 1; i <= targets && !stopping; i++) {
      publish(name + "-" + i);
    }
  }

  private void publish(String target) {
    cli.ok("add", gun, target, cli.file(target, contentOf(target)).toString());
    publishPersistently(cli, gun, this::add);
    add(new Published(target, Instant.now()));
  }

  /** Publishes what he has added, trying again for as long as a build server would. */
  static void publishPersistently(NotaryCli cli, String gun) {
    publishPersistently(cli, gun, output -> {});
  }

  private static void publishPersistently(NotaryCli cli, String gun, Consumer<String> failed) {
    Instant end = Instant.now().plus(PATIENCE);
    for (Outcome said = cli.run("publish", gun);
        !said.succeeded();
        said = cli.run("publish", gun)) {
      failed.accept(said.output());
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("tried for " + PATIENCE + ": " + said);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two tries", e);
    }
  }

  private synchronized void add(Published success) {
    published.add(success);
  }

  private synchronized void add(String failure) {
    failures.add(failure);
  }

  static String contentOf(String target) {
    return "content of " + target;
  }

  /** Lets him finish the target he has begun. */
  void stop() {
    stopping = true;
  }

  synchronized List<Published> published() {
    return List.copyOf(published);
  }

  /** What the command said, each time it failed. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  NotaryCli cli() {
    return cli;
  }

  String gun() {
    return gun;
  }
}
