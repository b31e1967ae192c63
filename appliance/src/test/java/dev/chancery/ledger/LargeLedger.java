package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.CanonicalBytes;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.OnlineMetadata;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.Snapshot;
import dev.chancery.api.Timestamp;
import dev.chancery.api.TokenPlace;
import dev.chancery.api.Version;
import dev.chancery.audit.Checkpoint;
import dev.chancery.audit.MerkleTree;
import dev.chancery.audit.NoteKey;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;

/**
 * Makes a ledger of many decisions fast: judged by the policy and written by the ledger's own
 * writer, in large batches that are not made durable one by one, and signed by real keys in
 * software, so that whatever verifies a ledger finds nothing missing in it. Most decisions renew a
 * timestamp of one of a thousand repositories; in one round of twenty a snapshot is published
 * first, and one in a hundred asks for a version that is below the watermark and is refused.
 */
final class LargeLedger implements AutoCloseable {
  static final String LEDGER_ID = "0123456789abcdef0123456789abcdef";
  static final Instant START = Instant.parse("2026-01-01T00:00:00.123456Z");

  private static final int MANY = 1_000;
  private static final int BATCH = 2_000;
  private static final int ROWS_PER_CHECKPOINT = 1_000;
  private static final Duration STEP = Duration.ofSeconds(4);
  private static final ECDomainParameters P256 =
      new ECDomainParameters(CustomNamedCurves.getByName("P-256"));

  private final SigningPolicy policy = new SigningPolicy(PolicySettings.NOTARY);
  private final SplittableRandom random = new SplittableRandom(4);
  private final KeyPair auditPair = pair("Ed25519");
  private final AuditKey auditKey;
  private final LedgerStore store;
  private final LedgerWriter writer;
  private final Map<LedgerTree.Place, Sha256> subtrees = new HashMap<>();
  private final List<Repository> repositories = new ArrayList<>();
  private final ExecutorService signers = RowPipeline.workers();
  private final RowPipeline<Planned, Signed> pipeline =
      new RowPipeline<>(signers, LargeLedger::sign, this::toWrite);
  private List<Signed> batch = new ArrayList<>(BATCH);
  private Instant now = START;
  private long decisions;
  private long nextCheckpoint = ROWS_PER_CHECKPOINT;

  /** A key on the record, and its private half. */
  private record Pair(KeyRecord key, ECPrivateKeyParameters signs) {}

  /** A repository with its two keys and what was published last. */
  private static final class Repository {
    private final Pair timestamp;
    private final Pair snapshot;
    private int timestamps;
    private int snapshots;
    private MetaFile served = file("nothing yet");

    Repository(Pair timestamp, Pair snapshot) {
      this.timestamp = timestamp;
      this.snapshot = snapshot;
    }
  }

  /** A request, and the file that its signature will make. */
  private record Planned(
      Proposal proposal, ECPrivateKeyParameters signs, MetaFile served, Instant time) {}

  private record Signed(Planned planned, RawSignature signature) {}

  LargeLedger(Path file) throws SQLException {
    this(file, MANY);
  }

  /** One of so many repositories. */
  LargeLedger(Path file, int repositoryCount) throws SQLException {
    this(notDurable(file), LedgerReader.of(file), repositoryCount);
  }

  /** The same in a database that has no ledger yet. */
  static LargeLedger in(PostgresPlace place, int repositoryCount) throws SQLException {
    PostgresLedger.create(place, LEDGER_ID, START);
    LedgerReader reader = PostgresLedger.reader(place);
    PostgresStore store = new PostgresStore(new PostgresSource(place)::connectForWriting);
    store.follow(reader.head());
    return new LargeLedger(store, reader, repositoryCount);
  }

  private static LedgerStore notDurable(Path file) throws SQLException {
    SqliteLedger.create(file, LEDGER_ID, START);
    Connection connection = Sqlite.openForWriting(file, false);
    try (Statement unsafe = connection.createStatement()) {
      unsafe.execute("PRAGMA synchronous = OFF");
      unsafe.execute("PRAGMA cache_size = -200000");
    }
    return new SqliteStore(connection);
  }

  private LargeLedger(LedgerStore store, LedgerReader reader, int repositoryCount) {
    this.store = store;
    writer = new LedgerWriter(store, reader.head(), () -> now);
    auditKey =
        new AuditKey(
            Algorithm.ED25519,
            new TokenPlace("software", "1", "audit", Sha256.of(new byte[1])),
            new PublicKeyInfo(auditPair.getPublic().getEncoded()),
            START);
    write(to -> to.addAuditKey(auditKey, "CN=operator"));
    for (int i = 0; i < repositoryCount; i++) {
      RepositoryName name = new RepositoryName("registry.example/team-" + i % 40 + "/app-" + i);
      repositories.add(new Repository(key(name, Role.TIMESTAMP), key(name, Role.SNAPSHOT)));
    }
  }

  /** The public half of the key that signed the checkpoints. */
  NoteKey noteKey() {
    return auditKey.noteKey(LEDGER_ID);
  }

  /** Grows until there are {@code size} decisions, then has a checkpoint cover all of them. */
  void grow(long size) throws SQLException {
    while (decisions < size) {
      plan();
    }
    pipeline.end();
    flush();
    checkpoint("shutdown");
  }

  private void plan() {
    Repository repository = repositories.get(random.nextInt(repositories.size()));
    now = now.plus(STEP);
    if (repository.timestamps == 0 || random.nextInt(20) == 0) {
      repository.snapshots++;
      repository.served = file(repository.snapshot.key().id().hex() + repository.snapshots);
      plan(repository.snapshot, repository.snapshots, repository.served);
    }
    if (repository.timestamps > 1 && random.nextInt(100) == 0) {
      plan(repository.timestamp, repository.timestamps - 1, repository.served);
    }
    repository.timestamps++;
    plan(repository.timestamp, repository.timestamps, repository.served);
  }

  private void plan(Pair pair, int version, MetaFile file) {
    decisions++;
    String caller = "CN=notary-server-" + decisions % 4;
    Proposal proposal =
        new Proposal(caller, pair.key(), metadata(pair.key().role(), version, file), null);
    pipeline.add(new Planned(proposal, pair.signs(), file, now));
  }

  private OnlineMetadata metadata(Role role, int version, MetaFile file) {
    Instant expires = now.plus(Duration.ofDays(14));
    Map<String, MetaFile> meta =
        role == Role.TIMESTAMP
            ? Map.of("snapshot", file)
            : Map.of("root", file("root"), "targets", file("targets " + file.sha256()));
    Map<String, Object> signed = new TreeMap<>();
    meta.forEach((name, named) -> signed.put(name, named.sha256().hex()));
    signed.put("expires", expires.toString());
    signed.put("version", version);
    CanonicalBytes canonical = new CanonicalBytes(CanonicalJson.encode(signed));
    Version number = new Version(version);
    return switch (role) {
      case TIMESTAMP -> new Timestamp(number, expires, "snapshot", file, canonical);
      case SNAPSHOT -> new Snapshot(number, expires, new TreeMap<>(meta), canonical);
    };
  }

  private static Signed sign(Planned planned) {
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ParametersWithRandom(planned.signs(), Nonces.OF_THIS_THREAD.get()));
    byte[] digest = planned.proposal().metadata().canonical().sha256().bytes();
    BigInteger[] numbers = signer.generateSignature(digest);
    return new Signed(
        planned,
        new RawSignature(PlainDSAEncoding.INSTANCE.encode(P256.getN(), numbers[0], numbers[1])));
  }

  private static final class Nonces {
    static final ThreadLocal<SecureRandom> OF_THIS_THREAD =
        ThreadLocal.withInitial(SecureRandom::new);

    private Nonces() {}
  }

  private void toWrite(Signed signed) {
    batch.add(signed);
    if (batch.size() == BATCH) {
      flush();
    }
  }

  private void flush() {
    List<Signed> full = batch;
    batch = new ArrayList<>(BATCH);
    write(
        to -> {
          for (Signed each : full) {
            decide(to, each);
          }
        });
  }

  private void decide(LedgerWriter to, Signed signed) throws SQLException {
    Planned planned = signed.planned();
    try {
      Recorded recorded = to.decide(planned.proposal(), policy, planned.time());
      boolean isSnapshot = planned.proposal().key().role() == Role.SNAPSHOT;
      to.issued(recorded, signed.signature(), isSnapshot ? planned.served() : null, planned.time());
      if (recorded.sequence() >= nextCheckpoint) {
        checkpoint(to, planned.time(), "interval");
      }
    } catch (RefusedException e) {
      if (!e.reason().name().equals("VERSION_ROLLBACK")) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void checkpoint(String reason) {
    write(to -> checkpoint(to, now, reason));
  }

  private void checkpoint(LedgerWriter to, Instant time, String reason) throws SQLException {
    byte[] last = store.rows.last();
    long size = ParsedRow.of(last).number("sequence") + 1;
    Checkpoint made =
        new Checkpoint(
            LEDGER_ID,
            size,
            MerkleTree.root(size, new LedgerTree(store, subtrees)),
            RowChain.hash(last),
            1,
            time);
    to.checkpoint(made, auditKey, new RawSignature(signed(made.text())), reason);
    nextCheckpoint = size + ROWS_PER_CHECKPOINT;
  }

  private byte[] signed(String text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(auditPair.getPrivate());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Pair key(RepositoryName repository, Role role) {
    KeyPair pair = pair("EC");
    byte[] spki = pair.getPublic().getEncoded();
    KeyId id = new KeyId(Sha256.of(spki).hex());
    NewKey made =
        new NewKey(
            id,
            Dialect.NOTARY,
            repository,
            role,
            Algorithm.ECDSA,
            KeyMode.RESIDENT,
            new TokenPlace("software", "1", id.hex().substring(0, 24), Sha256.of(new byte[1])),
            new PublicKeyInfo(spki),
            START,
            "CN=notary-server-0");
    WriterTask<KeyRecord> task = new WriterTask<>(to -> to.addKey(made));
    writer.write(List.of(task));
    BigInteger secret = ((ECPrivateKey) pair.getPrivate()).getS();
    return new Pair(task.done().join(), new ECPrivateKeyParameters(secret, P256));
  }

  /** What is written at once. */
  private interface Writing {
    void to(LedgerWriter writer) throws SQLException;
  }

  private void write(Writing writing) {
    WriterTask<Boolean> task =
        new WriterTask<>(
            to -> {
              writing.to(to);
              return Boolean.TRUE;
            });
    writer.write(List.of(task));
    task.done().join();
  }

  private static MetaFile file(String name) {
    byte[] content = name.getBytes(StandardCharsets.UTF_8);
    return new MetaFile(Sha256.of(content), Sha512.of(content), 500L + content.length);
  }

  private static KeyPair pair(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(256);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    signers.shutdownNow();
    writer.close();
  }
}
