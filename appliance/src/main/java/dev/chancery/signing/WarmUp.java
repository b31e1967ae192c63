package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.SigningOutcome;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.metadata.FormOptions;
import dev.chancery.policy.Budgets;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.SigningPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Has the JVM compile the path before anybody needs it: signs made-up timestamps with keys in
 * memory, into a ledger in a directory of its own that is removed. Neither the token nor the ledger
 * of the appliance is touched, and nothing signed leaves this class.
 */
public final class WarmUp {
  private static final String LEDGER_ID = "0".repeat(32);
  private static final int KEYS = 8;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path directory;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /**
   * @param directory for the ledger, used by nobody else; what a process that was killed left there
   *     is removed first
   */
  public WarmUp(Path directory, InstantSource clock, LongSupplier nanoTime) {
    this.directory = directory;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** May do everything; there is nothing that matters. */
  private static final class Nobody implements Caller {
    @Override
    public String name() {
      return "warm-up";
    }

    @Override
    public boolean may(Operation operation) {
      return true;
    }

    @Override
    public boolean may(Operation operation, RepositoryName repository) {
      return true;
    }
  }

  /**
   * Signs until {@code count} signatures are made, {@code limit} is over or this thread is
   * interrupted.
   *
   * @return how many were made
   * @throws IOException if the ledger cannot be made
   */
  public int run(int count, Duration limit) throws IOException {
    remove();
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Path file = directory.resolve("ledger.db");
      SqliteLedger.create(file, LEDGER_ID, clock.instant());
      try (SqliteLedger ledger = SqliteLedger.open(file, clock);
          SoftwareToken token = new SoftwareToken()) {
        return sign(ledger, token, count, limit);
      }
    } finally {
      remove();
    }
  }

  private int sign(SqliteLedger ledger, SoftwareToken token, int count, Duration limit) {
    long start = nanoTime.getAsLong();
    Caller nobody = new Nobody();
    KeyRegistry registry = KeyRegistry.load(ledger);
    registry.bindTo(token.keys());
    KeyAccess access = new KeyAccess(registry, ledger, clock);
    PolicySettings settings = PolicySettings.NOTARY.withBudgets(Budgets.BENCH);
    Signing signing =
        new Signing(
            registry,
            access,
            new SigningPolicy(settings),
            LedgerBinding.open(),
            new ClockGuard(clock, nanoTime, settings.skew(), ledger.trustedTime()),
            clock,
            ledger,
            token,
            ForeignSigner.NONE,
            key -> FormOptions.DEFAULT);
    try (Keys keys =
        new Keys(token, ledger, registry, access, KeyQuotas.BENCH, clock, new SecureRandom())) {
      List<KeyRecord> own = makeKeys(keys, nobody);
      int made = 0;
      for (int version = 1;
          made < count
              && nanoTime.getAsLong() - start < limit.toNanos()
              && !Thread.currentThread().isInterrupted();
          version++) {
        made += signAll(signing, nobody, own, version);
      }
      return made;
    }
  }

  private static List<KeyRecord> makeKeys(Keys keys, Caller nobody) {
    List<KeyRecord> made = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      RepositoryName name = new RepositoryName("warm-up/" + i);
      made.add(keys.create(nobody, Dialect.NOTARY, name, Role.TIMESTAMP, Algorithm.ECDSA).join());
    }
    return made;
  }

  private int signAll(Signing signing, Caller nobody, List<KeyRecord> keys, int version) {
    List<CompletableFuture<SigningOutcome>> running = new ArrayList<>();
    for (KeyRecord key : keys) {
      SigningRequest.KeySelector selector = new SigningRequest.KeySelector.ById(key.id());
      running.add(
          signing.sign(
              nobody, new SigningRequest(Role.TIMESTAMP, selector, timestamp(key, version), null)));
    }
    return (int)
        running.stream()
            .map(CompletableFuture::join)
            .filter(SigningOutcome.Signed.class::isInstance)
            .count();
  }

  private byte[] timestamp(KeyRecord key, int version) {
    Instant expires = clock.instant().plus(Duration.ofDays(14)).truncatedTo(ChronoUnit.SECONDS);
    byte[] file = (key.id().hex() + version).getBytes(StandardCharsets.US_ASCII);
    return CanonicalJson.encode(
        Map.of(
            "_type",
            "Timestamp",
            "expires",
            expires.toString(),
            "meta",
            Map.of(
                "snapshot",
                Map.of(
                    "hashes",
                    Map.of("sha256", Sha256.of(file).base64(), "sha512", Sha512.of(file).base64()),
                    "length",
                    file.length)),
            "version",
            version));
  }

  private void remove() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path each : files.toList()) {
        Files.deleteIfExists(each);
      }
    }
    Files.delete(directory);
  }
}
