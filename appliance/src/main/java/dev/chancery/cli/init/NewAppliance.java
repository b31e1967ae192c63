package dev.chancery.cli.init;

import dev.chancery.config.LedgerConfig;
import dev.chancery.config.PinConfig;
import dev.chancery.config.PolicyConfig;
import dev.chancery.config.TokenConfig;
import dev.chancery.hsm.Pin;
import dev.chancery.hsm.TokenIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new single-node appliance in a directory of its own: SoftHSM token, PINs, TLS material,
 * configuration and ledger. {@code chancery.yaml} is written last, so a directory that has one is
 * complete.
 */
public final class NewAppliance {
  /** The first client's name in {@code tls/} and {@code access.yaml}: it asks for signatures. */
  public static final String TRUST_SERVER = "notary-server";

  /** The second client's name in {@code tls/} and {@code access.yaml}: it watches and tightens. */
  public static final String OPERATOR = "operator";

  /** The file with the public audit key, for auditors. */
  public static final String AUDIT_KEY = "audit.vkey";

  private static final String TOKEN_DIRECTORY = "token/objects";
  private static final String SOFTHSM_CONF = "token/softhsm2.conf";
  private static final String LEDGER = "ledger/ledger.db";
  private static final String USER_PIN = "pins/user.pin";
  private static final int LEDGER_ID_BYTES = 16;
  private static final Duration AUDIT_KEY_DEADLINE = Duration.ofSeconds(30);

  private final TokenMaker tokens;
  private final LedgerMaker ledgers;
  private final AuditKeyMaker auditKeys;
  private final SecureRandom random;
  private final Instant now;

  public NewAppliance(
      TokenMaker tokens,
      LedgerMaker ledgers,
      AuditKeyMaker auditKeys,
      SecureRandom random,
      Instant now) {
    this.tokens = tokens;
    this.ledgers = ledgers;
    this.auditKeys = auditKeys;
    this.random = random;
    this.now = now;
  }

  /**
   * What to make.
   *
   * @param directory must not exist or be empty
   * @param module SoftHSM's library
   * @param label of the token to be made
   * @param profile of budgets and quotas
   * @param restPort 0 to 65535; 0 takes a free one at each start
   * @param grpcPort likewise
   * @param probesPort likewise
   * @param dnsNames that the server's certificate carries
   * @param addresses that the server's certificate carries
   * @param database where the ledger is made; null for a SQLite file in the directory
   */
  public record Plan(
      Path directory,
      Path module,
      String label,
      PolicyConfig.Profile profile,
      int restPort,
      int grpcPort,
      int probesPort,
      List<String> dnsNames,
      List<InetAddress> addresses,
      LedgerConfig.@Nullable Postgresql database) {
    public Plan {
      dnsNames = List.copyOf(dnsNames);
      addresses = List.copyOf(addresses);
    }

    /** With the ledger in a SQLite file. */
    public Plan(
        Path directory,
        Path module,
        String label,
        PolicyConfig.Profile profile,
        int restPort,
        int grpcPort,
        int probesPort,
        List<String> dnsNames,
        List<InetAddress> addresses) {
      this(
          directory,
          module,
          label,
          profile,
          restPort,
          grpcPort,
          probesPort,
          dnsNames,
          addresses,
          null);
    }
  }

  /**
   * What was made.
   *
   * @param directory absolute and without symbolic links
   */
  public record Made(Path directory, TokenIdentity token) {}

  /**
   * Makes it all, or leaves nothing behind, also when the process is told to stop meanwhile.
   *
   * @throws TargetNotEmptyException if the directory has anything in it
   * @throws IOException if a file cannot be written
   * @throws dev.chancery.hsm.TokenException if no token could be made
   * @throws dev.chancery.ledger.LedgerException if no ledger could be made
   */
  public Made make(Plan plan) throws IOException {
    PrivateDirectory directory = PrivateDirectory.open(plan.directory());
    Thread cleaner = new Thread(() -> remove(directory), "init-cleaner");
    Runtime.getRuntime().addShutdownHook(cleaner);
    try (directory) {
      TokenIdentity token = makeToken(directory, plan);
      makeCertificates(directory, plan);
      LedgerConfig ledger = place(directory, plan);
      ledgers.make(ledger, newLedgerId(), now);
      directory.file(AUDIT_KEY, makeAuditKey(directory, plan, token, ledger) + "\n");
      directory.file("access.yaml", Templates.access());
      directory.seal();
      directory.file("chancery.yaml", Templates.chancery(plan, token, SOFTHSM_CONF, LEDGER));
      directory.sync();
      directory.keep();
      return new Made(directory.path(), token);
    } finally {
      forget(cleaner);
    }
  }

  private TokenIdentity makeToken(PrivateDirectory directory, Plan plan) throws IOException {
    directory.directory("token");
    Path objects = directory.directory(TOKEN_DIRECTORY);
    Path conf = directory.file(SOFTHSM_CONF, Templates.softhsm(objects));
    directory.directory("pins");
    String soPin = Pins.random(random);
    String userPin = Pins.random(random);
    directory.file("pins/so.pin", soPin + "\n");
    directory.file(USER_PIN, userPin + "\n");
    try (Pin so = Pin.of(soPin.toCharArray());
        Pin user = Pin.of(userPin.toCharArray())) {
      return tokens.make(plan.module(), conf, plan.label(), so, user);
    }
  }

  // Made here and not at the first start, so that it can be handed out before anything is signed.
  private String makeAuditKey(
      PrivateDirectory directory, Plan plan, TokenIdentity token, LedgerConfig ledger) {
    TokenConfig config =
        new TokenConfig(
            plan.module(),
            token.label(),
            token.serial(),
            new PinConfig.PinFile(directory.resolve(USER_PIN)),
            Map.of("SOFTHSM2_CONF", directory.resolve(SOFTHSM_CONF).toString()),
            1,
            AUDIT_KEY_DEADLINE);
    return auditKeys.make(config, ledger, now);
  }

  private void makeCertificates(PrivateDirectory directory, Plan plan) throws IOException {
    directory.directory("tls");
    CertificateAuthority authority = CertificateAuthority.create("Chancery CA", random, now);
    write(directory, "ca", authority.own());
    write(
        directory,
        "server",
        authority.server("Chancery server", plan.dnsNames(), plan.addresses()));
    write(directory, TRUST_SERVER, authority.client(TRUST_SERVER));
    write(directory, OPERATOR, authority.client(OPERATOR));
  }

  private static void write(
      PrivateDirectory directory, String name, CertificateAuthority.Identity identity)
      throws IOException {
    directory.file("tls/" + name + ".crt", Pem.of(identity.certificate()));
    directory.file("tls/" + name + ".key", Pem.of(identity.keys().getPrivate()));
  }

  private static LedgerConfig place(PrivateDirectory directory, Plan plan) throws IOException {
    LedgerConfig.Postgresql database = plan.database();
    if (database != null) {
      return database;
    }
    directory.directory("ledger");
    return new LedgerConfig.Sqlite(directory.resolve(LEDGER));
  }

  private String newLedgerId() {
    byte[] id = new byte[LEDGER_ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private static void remove(PrivateDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      // The process is ending on a signal; what is left has no chancery.yaml and is refused later.
    }
  }

  private static void forget(Thread cleaner) {
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The process is ending; the hook runs already.
    }
  }
}
