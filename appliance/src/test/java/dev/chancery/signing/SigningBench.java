package dev.chancery.signing;

import dev.chancery.access.Caller;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.MetaFile;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Sha512;
import dev.chancery.api.SigningOutcome;
import dev.chancery.api.TokenPlace;
import dev.chancery.hsm.TokenKey;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.ledger.NewKey;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.ledger.StoredLedger;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.SigningPolicy;
import dev.chancery.policy.TufSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The whole path on a ledger in a file, with a token in memory and a clock that the test moves. */
final class SigningBench implements AutoCloseable {
  static final String LEDGER_ID = "0123456789abcdef0123456789abcdef";
  static final RepositoryName APP = new RepositoryName("registry.example/team/app");

  final MovableClock clock;
  final FakeToken token;
  final StoredLedger ledger;
  final KeyRegistry registry;
  final KeyAccess access;
  final Keys keys;
  final LedgerBinding binding;
  final ClockGuard guard;
  final Signing signing;

  /** What signs for foreign keys; nothing at first. */
  volatile ForeignSigner upstream = ForeignSigner.NONE;

  SigningBench(Path file, Instant now, PolicySettings settings, FakeToken token) {
    this(file, new MovableClock(now), settings, token);
  }

  SigningBench(Path file, MovableClock clock, PolicySettings settings, FakeToken token) {
    this(file, clock, settings, TufSettings.usual(settings.budgets()), token);
  }

  SigningBench(
      Path file, MovableClock clock, PolicySettings settings, TufSettings tuf, FakeToken token) {
    this(opened(file, clock), LedgerBinding.open(), clock, settings, tuf, token);
  }

  /** The path on {@code ledger}, which this closes. */
  SigningBench(
      StoredLedger ledger,
      LedgerBinding binding,
      MovableClock clock,
      PolicySettings settings,
      FakeToken token) {
    this(ledger, binding, clock, settings, TufSettings.usual(settings.budgets()), token);
  }

  private SigningBench(
      StoredLedger ledger,
      LedgerBinding binding,
      MovableClock clock,
      PolicySettings settings,
      TufSettings tuf,
      FakeToken token) {
    this.clock = clock;
    this.token = token;
    this.ledger = ledger;
    this.binding = binding;
    this.registry = KeyRegistry.load(ledger);
    registry.bindTo(token.keys());
    this.access = new KeyAccess(registry, ledger, clock);
    this.keys =
        new Keys(token, ledger, registry, access, KeyQuotas.STANDARD, clock, new SecureRandom());
    this.guard = new ClockGuard(clock, clock::nanoTime, settings.skew(), ledger.trustedTime());
    this.signing =
        new Signing(
            registry,
            access,
            new SigningPolicy(settings, tuf),
            binding,
            guard,
            clock,
            ledger,
            token,
            (key, message) -> upstream.sign(key, message),
            key -> FormOptions.DEFAULT);
  }

  private static StoredLedger opened(Path file, MovableClock clock) {
    if (!Files.exists(file)) {
      SqliteLedger.create(file, LEDGER_ID, clock.instant());
    }
    return SqliteLedger.open(file, clock);
  }

  /** A new key made by the token. */
  KeyRecord key(RepositoryName repository, Role role) {
    return keys.create(TestCaller.ALL, Dialect.NOTARY, repository, role, Algorithm.ECDSA).join();
  }

  /** A new key of a TUF 1.0 repository made by the token. */
  KeyRecord tufKey(RepositoryName repository, Role role) {
    return keys.create(TestCaller.ALL, Dialect.TUF, repository, role, Algorithm.ECDSA).join();
  }

  /** Puts a recorded key on the record without the token having made it. */
  KeyRecord recordedKey(RepositoryName repository, Role role, byte[] spki) {
    KeyId id = MetadataDialects.of(Dialect.NOTARY).keyId(Algorithm.ECDSA, spki);
    if (registry.find(id).isPresent()) {
      return registry.find(id).orElseThrow().record();
    }
    TokenKey tokenKey = token.addRecorded(id.hex(), spki);
    KeyRecord record =
        ledger
            .addKey(
                new NewKey(
                    id,
                    Dialect.NOTARY,
                    repository,
                    role,
                    Algorithm.ECDSA,
                    KeyMode.RESIDENT,
                    new TokenPlace(
                        "fake", "0001", tokenKey.id(), KeyRegistry.fingerprint(tokenKey)),
                    new PublicKeyInfo(spki),
                    clock.instant(),
                    "CN=notary-server"))
            .join();
    registry.register(record, tokenKey);
    return record;
  }

  /** The CKA_ID of a key in the token. */
  static String tokenKeyId(KeyRecord key) {
    return Objects.requireNonNull(key.place(), "a key in the token").keyId();
  }

  SigningOutcome sign(KeyRecord key, byte[] signed) {
    return sign(TestCaller.ALL, key, signed);
  }

  SigningOutcome sign(Caller caller, KeyRecord key, byte[] signed) {
    return signing.sign(caller, request(key, signed)).join();
  }

  SigningOutcome check(KeyRecord key, byte[] signed) {
    return signing.check(TestCaller.ALL, request(key, signed)).join();
  }

  static SigningRequest request(KeyRecord key, byte[] signed) {
    return new SigningRequest(
        key.role(), new SigningRequest.KeySelector.ById(key.id()), signed, null);
  }

  /** "admit", or the id of the refusal. */
  static String verdict(SigningOutcome outcome) {
    return switch (outcome) {
      case SigningOutcome.Signed signed -> "admit";
      case SigningOutcome.Checked checked -> "admit";
      case SigningOutcome.Refused(var refusal) -> refusal.reason().name();
    };
  }

  static Refusal refusal(SigningOutcome outcome) {
    if (outcome instanceof SigningOutcome.Refused(var refusal)) {
      return refusal.reason();
    }
    throw new AssertionError("not refused: " + outcome);
  }

  static SigningOutcome.Signed signed(SigningOutcome outcome) {
    if (outcome instanceof SigningOutcome.Signed signed) {
      return signed;
    }
    throw new AssertionError("not signed: " + outcome);
  }

  /** A timestamp of {@code version} naming {@code snapshot}, valid as notary-server makes it. */
  byte[] timestamp(int version, MetaFile snapshot) {
    return timestamp(version, snapshot, clock.instant().plus(Duration.ofDays(14)));
  }

  static byte[] timestamp(int version, MetaFile snapshot, Instant expires) {
    return signedPart("Timestamp", version, expires, Map.of("snapshot", snapshot));
  }

  /** A snapshot of {@code version}, valid as notary-server makes it. */
  byte[] snapshot(int version, Map<String, MetaFile> meta) {
    return signedPart("Snapshot", version, clock.instant().plus(Duration.ofDays(3 * 365)), meta);
  }

  /** The file the trust server serves for a snapshot it had signed. */
  static MetaFile served(KeyRecord key, byte[] signed, RawSignature signature) {
    var dialect = MetadataDialects.notary();
    return dialect
        .servedFile(
            dialect.snapshot(signed, FormOptions.DEFAULT), key.id(), key.algorithm(), signature)
        .orElseThrow();
  }

  /** Some file, another for each {@code name}. */
  static MetaFile file(String name) {
    byte[] content = name.getBytes(StandardCharsets.UTF_8);
    return new MetaFile(Sha256.of(content), Sha512.of(content), 100L + content.length);
  }

  static byte[] signedPart(String type, int version, Instant expires, Map<String, MetaFile> meta) {
    StringBuilder entries = new StringBuilder();
    new TreeMap<>(meta)
        .forEach(
            (name, file) ->
                entries
                    .append(entries.isEmpty() ? "" : ",")
                    .append(
                        "\"%s\":{\"hashes\":{\"sha256\":\"%s\",\"sha512\":\"%s\"},\"length\":%d}"
                            .formatted(name, file.sha256().base64(), base64(file), file.length())));
    return "{\"_type\":\"%s\",\"expires\":\"%s\",\"meta\":{%s},\"version\":%d}"
        .formatted(type, expires, entries, version)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String base64(MetaFile file) {
    Sha512 sha512 = file.sha512();
    if (sha512 == null) {
      throw new IllegalArgumentException("a file with both hashes");
    }
    return sha512.base64();
  }

  @Override
  public void close() {
    keys.close();
    ledger.close();
  }
}
