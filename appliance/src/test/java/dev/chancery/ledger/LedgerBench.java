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
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.Proposal;
import dev.chancery.policy.SigningPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/** A ledger and proposals for it, without token and parser. */
final class LedgerBench implements AutoCloseable {
  /** Where a ledger is kept. */
  interface Place {
    void create(String ledgerId, Instant now);

    StoredLedger open(InstantSource clock);
  }

  static final String LEDGER_ID = "fedcba9876543210fedcba9876543210";
  static final Instant START = Instant.parse("2026-03-01T12:00:00.123456Z");
  static final RepositoryName APP = new RepositoryName("registry.example/team/app");

  /** The SQLite file; empty where the ledger is elsewhere. */
  final Path file;

  final SigningPolicy policy;
  private final Place place;
  Instant now = START;
  StoredLedger ledger;
  private int keysMade;

  LedgerBench(Path file) {
    this(file, PolicySettings.NOTARY);
  }

  LedgerBench(Path file, PolicySettings settings) {
    this(file, inFile(file), settings, !Files.exists(file));
  }

  /** Opens the ledger at {@code place}, which it makes there if it is {@code missing}. */
  LedgerBench(Place place, PolicySettings settings, boolean missing) {
    this(Path.of(""), place, settings, missing);
  }

  private LedgerBench(Path file, Place place, PolicySettings settings, boolean missing) {
    this.file = file;
    this.place = place;
    this.policy = new SigningPolicy(settings);
    if (missing) {
      place.create(LEDGER_ID, now);
    }
    this.ledger = place.open(() -> now);
    this.keysMade = ledger.keys().size();
  }

  static Place inFile(Path file) {
    return new Place() {
      @Override
      public void create(String ledgerId, Instant now) {
        SqliteLedger.create(file, ledgerId, now);
      }

      @Override
      public StoredLedger open(InstantSource clock) {
        return SqliteLedger.open(file, clock);
      }
    };
  }

  void reopen() {
    ledger.close();
    ledger = place.open(() -> now);
  }

  /** Goes on with what a copy of all of it was made into, after it was lost. */
  void restore() throws IOException {
    byte[] copy = copy();
    ledger.close();
    Files.delete(file);
    restore(copy, file);
    ledger = SqliteLedger.open(file, () -> now);
  }

  /** All of it as {@link LedgerReader#copy} writes it. */
  byte[] copy() throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    LedgerReader.of(file).copy(copy);
    return copy.toByteArray();
  }

  /** Makes a ledger of a copy. */
  void restore(byte[] copy, Path into) throws IOException {
    restore(copy, into, () -> {});
  }

  /** The same; {@code meanwhile} runs when all but the end is done. */
  void restore(byte[] copy, Path into, Runnable meanwhile) throws IOException {
    try (LedgerRestore restore = LedgerRestore.into(into)) {
      ExportLines lines = new ExportLines(new ByteArrayInputStream(copy));
      ExportHeader header = ExportHeader.parse(Objects.requireNonNull(lines.next()));
      for (long row = 0; row < header.rows(); row++) {
        restore.row(Objects.requireNonNull(lines.next()));
      }
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        restore.kept(line);
      }
      meanwhile.run();
      restore.finish("a test", now);
    }
  }

  NewKey newKey(RepositoryName repository, Role role) {
    keysMade++;
    byte[] publicKey = bytes("public key " + keysMade);
    return new NewKey(
        new KeyId(Sha256.of(publicKey).hex()),
        Dialect.NOTARY,
        repository,
        role,
        Algorithm.ECDSA,
        KeyMode.RESIDENT,
        new TokenPlace("token", "0001", role.id() + "-" + keysMade, Sha256.of(bytes("attributes"))),
        new PublicKeyInfo(publicKey),
        now,
        "CN=notary-server");
  }

  /** A key that an old signer holds. */
  NewKey foreignKey(RepositoryName repository, Role role) {
    NewKey key = newKey(repository, role);
    return new NewKey(
        key.id(),
        key.dialect(),
        repository,
        role,
        key.algorithm(),
        KeyMode.FOREIGN,
        null,
        key.publicKey(),
        now,
        "CN=operator");
  }

  KeyRecord key(RepositoryName repository, Role role) {
    return ledger.addKey(newKey(repository, role)).join();
  }

  /** Metadata naming {@code meta}; equal bytes for equal arguments at one time. */
  Proposal proposal(KeyRecord key, int version, Map<String, MetaFile> meta) {
    return new Proposal("CN=notary-server", key, metadata(key.role(), version, meta), null);
  }

  /** A timestamp or snapshot whose content differs with {@code content}. */
  Proposal proposal(KeyRecord key, int version, String content) {
    return proposal(
        key,
        version,
        key.role() == Role.TIMESTAMP
            ? Map.of("snapshot", meta(content))
            : Map.of("root", meta("root"), "targets", meta(content)));
  }

  private OnlineMetadata metadata(Role role, int version, Map<String, MetaFile> meta) {
    Instant expires = now.plus(Duration.ofDays(14));
    Map<String, Object> signed = new TreeMap<>();
    meta.forEach((name, named) -> signed.put(name, named.sha256().hex()));
    signed.put("expires", expires.toString());
    signed.put("version", version);
    CanonicalBytes canonical = new CanonicalBytes(CanonicalJson.encode(signed));
    return switch (role) {
      case TIMESTAMP ->
          new Timestamp(
              new Version(version),
              expires,
              "snapshot",
              meta.entrySet().iterator().next().getValue(),
              canonical);
      case SNAPSHOT -> new Snapshot(new Version(version), expires, new TreeMap<>(meta), canonical);
    };
  }

  /** "admit", or the id of the refusal. */
  String verdict(Proposal proposal) {
    try {
      ledger.record(proposal, policy, now).join();
      return "admit";
    } catch (CompletionException e) {
      if (e.getCause() instanceof RefusedException refusal) {
        return refusal.reason().name();
      }
      throw e;
    }
  }

  /** Admits and issues; returns what is then served. */
  MetaFile issue(Proposal proposal) {
    Recorded recorded = ledger.record(proposal, policy, now).join();
    MetaFile served = meta("served " + recorded.sequence());
    RawSignature signature = new RawSignature(bytes("signature " + recorded.sequence()));
    boolean isSnapshot = proposal.key().role() == Role.SNAPSHOT;
    ledger.issued(recorded, signature, isSnapshot ? served : null, now).join();
    return served;
  }

  List<byte[]> rows() {
    List<byte[]> rows = new ArrayList<>();
    ledger.rows(0, (sequence, body) -> rows.add(body));
    return rows;
  }

  static MetaFile meta(String name) {
    byte[] content = bytes(name);
    return new MetaFile(Sha256.of(content), Sha512.of(content), 100L + content.length);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    ledger.close();
  }
}
