package dev.chancery.push;

import dev.chancery.audit.SignedCheckpoint;
import dev.chancery.config.CheckpointsConfig;
import dev.chancery.config.PushHttpConfig;
import dev.chancery.signing.Checkpoints;
import dev.chancery.signing.KeptCheckpoint;
import dev.chancery.signing.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All places outside the token that the configuration names for checkpoints. */
public final class Places implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Places.class);

  private final String ledgerId;
  private final @Nullable Path lastSeen;
  private final @Nullable DirectoryTarget directory;
  private final List<Push> pushes = new ArrayList<>();

  private Places(String ledgerId, CheckpointsConfig config) {
    this.ledgerId = ledgerId;
    this.lastSeen = config.lastSeen();
    this.directory =
        config.pushDirectory() == null ? null : new DirectoryTarget(config.pushDirectory());
    if (directory != null) {
      pushes.add(Push.start(directory));
    }
    PushHttpConfig http = config.pushHttp();
    if (http != null) {
      pushes.add(Push.start(HttpTarget.open(http)));
    }
  }

  /**
   * Those of a ledger; they begin to wait for checkpoints.
   *
   * @throws IllegalArgumentException if a file that the configuration names is not what it should
   *     be
   */
  public static Places open(String ledgerId, CheckpointsConfig config) {
    Path file = config.lastSeen();
    if (file != null && !Files.isReadable(file)) {
      throw new IllegalArgumentException("checkpoints.lastSeen: " + file + " cannot be read");
    }
    return new Places(ledgerId, config);
  }

  /** What the ledger's checkpoints are given to and held against. */
  public Checkpoints.Outside outside() {
    return new Checkpoints.Outside(this::offer, this::kept);
  }

  /** Each place to which checkpoints are pushed. */
  public List<Push> pushes() {
    return List.copyOf(pushes);
  }

  /** A word for each place that has not got the newest checkpoint; none of it stops signing. */
  public List<Readiness.Component> behind() {
    return pushes.stream()
        .flatMap(
            push ->
                push
                    .problem()
                    .map(why -> new Readiness.Component("push-" + push.name(), true, why))
                    .stream())
        .toList();
  }

  private void offer(SignedCheckpoint checkpoint) {
    pushes.forEach(push -> push.offer(checkpoint));
  }

  private List<KeptCheckpoint> kept() {
    return kept(ledgerId, lastSeen, directory);
  }

  /**
   * The checkpoints of a ledger that are kept where the configuration says, as far as there are.
   */
  public static List<KeptCheckpoint> kept(String ledgerId, CheckpointsConfig config) {
    Path pushed = config.pushDirectory();
    return kept(ledgerId, config.lastSeen(), pushed == null ? null : new DirectoryTarget(pushed));
  }

  private static List<KeptCheckpoint> kept(
      String ledgerId, @Nullable Path lastSeen, @Nullable DirectoryTarget directory) {
    List<KeptCheckpoint> kept = new ArrayList<>();
    if (lastSeen != null) {
      read(lastSeen).ifPresent(kept::add);
    }
    if (directory != null) {
      try {
        directory.newest(ledgerId).flatMap(Places::read).ifPresent(kept::add);
      } catch (IOException e) {
        LOG.warn("no checkpoint in {} was looked at: {}", directory, e.toString());
      }
    }
    return kept;
  }

  private static Optional<KeptCheckpoint> read(Path file) {
    try {
      return Optional.of(new KeptCheckpoint(file.toString(), Files.readAllBytes(file)));
    } catch (IOException e) {
      LOG.warn("the checkpoint in {} was not looked at: {}", file, e.toString());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    pushes.forEach(Push::close);
  }
}
