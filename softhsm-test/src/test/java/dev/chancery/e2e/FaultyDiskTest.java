package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.ChanceryProblem;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.ServerUnreachableException;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.torture.Control;
import dev.chancery.torture.Shims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk is full, read-only, broken or hangs, by a shim below the program: the token is asked for
 * nothing, {@code /readyz} says why, and all goes on by itself when the disk is well again.
 */
class FaultyDiskTest {
  private static final List<Fault> FAULTS =
      List.of(
          new Fault("full", c -> c.writeFails(Control.ENOSPC), c -> c.writeFails(0)),
          new Fault("read-only", c -> c.writeFails(Control.EROFS), c -> c.writeFails(0)),
          new Fault("broken", c -> c.syncFails(Control.EIO), c -> c.syncFails(0)),
          new Fault("hanging", c -> c.syncHangs(true), c -> c.syncHangs(false)));

  @TempDir Path directory;

  private record Fault(String name, Consumer<Control> begin, Consumer<Control> end) {}

  @Test
  @Timeout(180)
  void aFaultyDiskStopsAllSigningIsToldAndIsOverWhenItIsOver() throws Exception {
    Path parent = directory.toRealPath();
    Path tools = Files.createDirectory(parent.resolve("shims"));
    try (Shims shims = new Shims(tools, parent.resolve("node"));
        ChildAppliance appliance = ChildAppliance.watched(parent, shims)) {
      appliance.start();
      NotaryMetadata metadata = new NotaryMetadata(new Random(9));
      try (ChanceryClient client = appliance.client()) {
        KeyChoice key =
            new KeyChoice.ById(
                client
                    .createKey(
                        Dialect.NOTARY,
                        new RepositoryName("load.test/disk"),
                        Role.TIMESTAMP,
                        Algorithm.ECDSA)
                    .keyid());
        int version = 0;
        for (Fault fault : FAULTS) {
          sign(client, key, metadata, ++version);
          ready(appliance, true, "");
          long calls = shims.control().signs();
          fault.begin().accept(shims.control());
          int next = version + 1;
          var problem =
              assertThrows(RuntimeException.class, () -> sign(client, key, metadata, next));
          // Where the disk hangs there is no answer at all in the client's time.
          boolean failure =
              problem instanceof ChanceryProblem answer
                  ? !answer.isRefusal()
                  : problem instanceof ServerUnreachableException;
          assertTrue(failure, () -> fault + ": " + problem.getMessage());
          ready(appliance, false, fault.name().equals("hanging") ? "hangs" : "nothing is signed");
          assertEquals(calls, shims.control().signs(), () -> fault + ": C_Sign calls");
          fault.end().accept(shims.control());
          ready(appliance, true, "");
        }
        sign(client, key, metadata, ++version);
      }
      assertEquals(
          List.of(), LedgerVerifier.verify(LedgerReader.of(appliance.ledger())).findings());
    }
  }

  private static void sign(
      ChanceryClient client, KeyChoice key, NotaryMetadata metadata, int version) {
    client.sign(Role.TIMESTAMP, key, metadata.timestamp(metadata.newFile(), version), null);
  }

  /** Readiness is looked at once a second at most. */
  private static void ready(ChildAppliance appliance, boolean expected, String why) {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(appliance.probes().resolve("/readyz")).GET().build();
    String[] last = {""};
    Control.await(
        () -> {
          try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            last[0] = answer.statusCode() + " " + answer.body();
            return (answer.statusCode() == 200) == expected && answer.body().contains(why);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
          }
        },
        () -> "readiness is not " + expected + " with \"" + why + "\" but " + last[0]);
  }
}
