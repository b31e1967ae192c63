package dev.chancery.e2e;

import dev.chancery.api.client.ChanceryClient;
import dev.chancery.e2e.TrustServer.Answered;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The trust servers and the way to the process that runs now. */
final class Crowd implements AutoCloseable {
  private static final int CLIENTS = 4;

  private final ChildAppliance appliance;
  private final List<TrustServer> servers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile ChanceryClient client;

  /** Starts the appliance. */
  Crowd(ChildAppliance appliance, Random random) {
    this(appliance, random, answered -> {});
  }

  /** Starts the appliance; {@code listener} is told of each answer as soon as it has come. */
  Crowd(ChildAppliance appliance, Random random, Consumer<Answered> listener) {
    this.appliance = appliance;
    appliance.start();
    this.client = appliance.client();
    for (int i = 0; i < CLIENTS; i++) {
      servers.add(
          new TrustServer("load.test/" + i, () -> client, new Random(random.nextLong()), listener));
    }
  }

  /** Begins the load. */
  void start() {
    servers.forEach(server -> threads.add(Thread.ofPlatform().name("trust-server").start(server)));
  }

  /** Starts the appliance again; the load goes on with it. */
  void restart() {
    appliance.start();
    ChanceryClient old = client;
    client = appliance.client();
    old.close();
  }

  /** Ends the load: each finishes what it has begun. */
  void stop() throws InterruptedException {
    servers.forEach(TrustServer::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }

  List<Answered> answers() {
    return all().toList();
  }

  long repeats() {
    return all().filter(each -> each.answer().recorded()).count();
  }

  long distinctSignatures() {
    return all().map(each -> each.answer().sig()).distinct().count();
  }

  private Stream<Answered> all() {
    return servers.stream().flatMap(server -> server.answers().stream());
  }

  List<String> surprises() {
    return servers.stream().flatMap(server -> server.surprises().stream()).toList();
  }

  @Override
  public void close() {
    servers.forEach(TrustServer::stop);
    appliance.close();
    client.close();
  }
}
