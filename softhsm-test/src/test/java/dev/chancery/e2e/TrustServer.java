package dev.chancery.e2e;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.ServerUnreachableException;
import dev.chancery.api.client.SignedMetadata;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Publishes to a few repositories as fast as it is let: a snapshot, then the timestamp that names
 * it. When no answer comes it tries again until one does, with the same bytes or, as a server whose
 * publisher has gone on, with others of the same version. Whatever it is answered it keeps.
 */
final class TrustServer implements Runnable {
  private static final int MOST_REPOSITORIES = 6;
  private static final int PAUSE_MILLIS = 20;

  private final String name;
  private final Supplier<ChanceryClient> server;
  private final RandomGenerator random;
  private final NotaryMetadata metadata;
  private final List<Repository> repositories = new ArrayList<>();
  private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private final Consumer<Answered> listener;
  private volatile boolean stopping;

  /**
   * A signature that came.
   *
   * @param digest SHA-256 of the bytes signed, hexadecimal
   */
  record Answered(KeyInfo key, Role role, String digest, boolean verifies, SignedMetadata answer) {
    /** Key and digest, as {@link LedgerRows} writes them. */
    String content() {
      return key.keyid().hex() + " " + digest;
    }
  }

  private static final class Repository {
    final KeyInfo snapshotKey;
    final KeyInfo timestampKey;
    final ServedSnapshot root;
    int version;

    Repository(KeyInfo snapshotKey, KeyInfo timestampKey, ServedSnapshot root) {
      this.snapshotKey = snapshotKey;
      this.timestampKey = timestampKey;
      this.root = root;
    }
  }

  /**
   * @param server gives a client of the process that runs now
   */
  TrustServer(String name, Supplier<ChanceryClient> server, RandomGenerator random) {
    this(name, server, random, answered -> {});
  }

  /** As above; {@code listener} is told of each answer as soon as it has come. */
  TrustServer(
      String name,
      Supplier<ChanceryClient> server,
      RandomGenerator random,
      Consumer<Answered> listener) {
    this.listener = listener;
    this.name = name;
    this.server = server;
    this.random = random;
    this.metadata = new NotaryMetadata(random);
  }

  /** Lets it finish what it has begun and end. */
  void stop() {
    stopping = true;
  }

  /** All signatures it got so far. */
  List<Answered> answers() {
    return List.copyOf(answers);
  }

  /** Refusals and answers that nobody in his place should get. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        publish(nextRepository());
      }
    } catch (Stopped e) {
      // There was no server any more, and none is to come.
    } catch (RuntimeException e) {
      surprises.add(name + ": " + e);
    }
  }

  private Repository nextRepository() {
    boolean another = repositories.size() < MOST_REPOSITORIES && random.nextInt(20) == 0;
    if (repositories.isEmpty() || another) {
      RepositoryName repository = new RepositoryName(name + "/" + repositories.size());
      repositories.add(
          new Repository(
              createKey(repository, Role.SNAPSHOT),
              createKey(repository, Role.TIMESTAMP),
              metadata.newFile()));
    }
    return repositories.get(random.nextInt(repositories.size()));
  }

  private KeyInfo createKey(RepositoryName repository, Role role) {
    return persist(
        again -> server.get().createKey(Dialect.NOTARY, repository, role, Algorithm.ECDSA));
  }

  private void publish(Repository repository) {
    int version = repository.version + 1;
    ServedSnapshot[] made = new ServedSnapshot[1];
    signPersistently(
        repository.snapshotKey,
        Role.SNAPSHOT,
        () -> metadata.snapshot(repository.root, version),
        (content, answer) -> made[0] = ServedSnapshot.of(content, answer));
    signPersistently(
        repository.timestampKey,
        Role.TIMESTAMP,
        () -> metadata.timestamp(made[0], version),
        (content, answer) -> repository.version = version);
  }

  private interface Keeper {
    void keep(byte[] content, SignedMetadata answer);
  }

  private void signPersistently(KeyInfo key, Role role, Supplier<byte[]> contents, Keeper keeper) {
    byte[][] content = {contents.get()};
    SignedMetadata answer =
        persist(
            again -> {
              if (again && random.nextBoolean()) {
                content[0] = contents.get();
              }
              return server.get().sign(role, new KeyChoice.ById(key.keyid()), content[0], null);
            });
    boolean verifies = PublishedKey.of(key).verifies(content[0], answer);
    Answered answered = new Answered(key, role, sha256(content[0]), verifies, answer);
    listener.accept(answered);
    answers.add(answered);
    keeper.keep(content[0], answer);
  }

  /** Asks until an answer comes; the function is told whether it is asked again. */
  private <T> T persist(Function<Boolean, T> request) {
    for (boolean again = false; ; again = true) {
      try {
        return request.apply(again);
      } catch (ServerUnreachableException e) {
        pause();
      } catch (ChanceryProblem e) {
        if (e.isRefusal()) {
          surprises.add(name + ": " + e.getMessage());
          throw new Stopped();
        }
        pause();
      }
    }
  }

  private void pause() {
    if (stopping) {
      throw new Stopped();
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stopped();
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
