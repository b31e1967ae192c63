package dev.chancery.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyMode;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.SigningOutcome;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.hsm.SigningToken;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyQuotas;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.keys.Keys;
import dev.chancery.keys.OldKey;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.ParsedRow;
import dev.chancery.ledger.SqliteLedger;
import dev.chancery.metadata.FormOptions;
import dev.chancery.policy.PolicySettings;
import dev.chancery.policy.SigningPolicy;
import dev.chancery.signing.ClockGuard;
import dev.chancery.signing.ForeignSigner;
import dev.chancery.signing.LedgerBinding;
import dev.chancery.signing.Signing;
import dev.chancery.signing.SigningRequest;
import dev.chancery.softhsm.SoftHsm;
import dev.chancery.softhsm.SoftHsmToken;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Software keys that are put into a real token: used like others, and never taken for one. */
@SoftHsmToken
class ImportedKeysTest {
  private static final RepositoryName APP = new RepositoryName("registry.example/team/app");
  private static final InstantSource CLOCK = Clock.systemUTC();

  private final SoftHsm softHsm;
  private final NotaryMetadata metadata = new NotaryMetadata(new Random(17));

  @TempDir private Path directory;
  private Path file;

  ImportedKeysTest(SoftHsm softHsm) {
    this.softHsm = softHsm;
    this.file = Path.of("unset");
  }

  @BeforeEach
  void makeLedger() {
    file = directory.resolve("ledger.db");
    SqliteLedger.create(file, "0123456789abcdef".repeat(2), CLOCK.instant());
  }

  /** May do everything. */
  private static final Caller OPERATOR =
      new Caller() {
        @Override
        public String name() {
          return "CN=operator";
        }

        @Override
        public boolean may(Operation operation) {
          return true;
        }

        @Override
        public boolean may(Operation operation, RepositoryName repository) {
          return true;
        }
      };

  /** What one start of the appliance has. */
  private final class Run implements AutoCloseable {
    private final SigningToken token = softHsm.open();
    private final SqliteLedger ledger = SqliteLedger.open(file, CLOCK);
    private final KeyRegistry registry = KeyRegistry.load(ledger);
    private final KeyAccess access = new KeyAccess(registry, ledger, CLOCK);
    private final Keys keys =
        new Keys(token, ledger, registry, access, KeyQuotas.STANDARD, CLOCK, new SecureRandom());
    private final PolicySettings settings = PolicySettings.NOTARY;
    private final Signing signing =
        new Signing(
            registry,
            access,
            new SigningPolicy(settings),
            LedgerBinding.open(),
            new ClockGuard(CLOCK, System::nanoTime, settings.skew(), ledger.trustedTime()),
            CLOCK,
            ledger,
            token,
            ForeignSigner.NONE,
            key -> FormOptions.DEFAULT);

    Run() {
      registry.bindTo(token.keys());
    }

    void signs(KeyRecord key, int version) {
      byte[] bytes = metadata.timestamp(metadata.newFile(), version);
      var request =
          new SigningRequest(
              Role.TIMESTAMP, new SigningRequest.KeySelector.ById(key.id()), bytes, null);
      var signed =
          assertInstanceOf(SigningOutcome.Signed.class, signing.sign(OPERATOR, request).join());
      var verification = VerificationKey.parse(key.algorithm(), key.publicKey().der());
      assertTrue(verification.verify(bytes, signed.signature()));
    }

    @Override
    public void close() {
      keys.close();
      ledger.close();
      token.close();
    }
  }

  private static OldKey described(KeyPair pair, Algorithm algorithm) {
    return new OldKey(
        Dialect.NOTARY,
        APP,
        Role.TIMESTAMP,
        algorithm,
        new PublicKeyInfo(pair.getPublic().getEncoded()));
  }

  private static KeyPair softwareKey(Algorithm algorithm) throws GeneralSecurityException {
    if (algorithm == Algorithm.ED25519) {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @EnumSource(names = {"ECDSA", "ED25519"})
  void anImportedKeySignsBeforeAndAfterARestart(Algorithm algorithm) throws Exception {
    KeyPair pair = softwareKey(algorithm);
    KeyRecord imported;
    try (Run run = new Run()) {
      imported =
          run.keys
              .importKey(OPERATOR, described(pair, algorithm), pair.getPrivate().getEncoded())
              .join();
      assertEquals(KeyMode.IMPORTED, imported.mode());
      run.signs(imported, 1);
    }
    try (Run run = new Run()) {
      assertEquals(imported, run.keys.get(OPERATOR, imported.id()));
      run.signs(imported, 2);
    }
    for (ParsedRow row : rows()) {
      if (row.names().contains("keyid")) {
        assertEquals("imported", row.text("mode"), row.text("kind"));
      }
    }
    assertEquals(List.of(), LedgerVerifier.verify(LedgerReader.of(file)).findings());
  }

  @Test
  void anImportedKeyIsNeverHandedOutThoughItWasNeverUsed() throws Exception {
    KeyPair pair = softwareKey(Algorithm.ECDSA);
    OldKey key = described(pair, Algorithm.ECDSA);
    KeyRecord imported;
    KeyRecord made;
    try (Run run = new Run()) {
      imported = run.keys.importKey(OPERATOR, key, pair.getPrivate().getEncoded()).join();
      made = create(run);
      assertNotEquals(imported.id(), made.id());
      assertEquals(KeyMode.RESIDENT, made.mode());
    }
    try (Run run = new Run()) {
      assertEquals(made, create(run));
      int before = run.token.keys().size();
      assertEquals(
          imported, run.keys.importKey(OPERATOR, key, pair.getPrivate().getEncoded()).join());
      assertEquals(before, run.token.keys().size(), "put in once");
    }
  }

  private static KeyRecord create(Run run) {
    return run.keys.create(OPERATOR, Dialect.NOTARY, APP, Role.TIMESTAMP, Algorithm.ECDSA).join();
  }

  private List<ParsedRow> rows() {
    List<ParsedRow> rows = new ArrayList<>();
    LedgerReader.of(file).rows(0, (sequence, body) -> rows.add(ParsedRow.of(body)));
    return rows;
  }
}
