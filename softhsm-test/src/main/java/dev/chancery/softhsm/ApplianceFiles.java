package dev.chancery.softhsm;

import dev.chancery.ConfiguredLedger;
import dev.chancery.NewAuditKey;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.config.LedgerConfig;
import dev.chancery.config.PolicyConfig.Profile;
import dev.chancery.config.TokenConfig;
import dev.chancery.hsm.Pin;
import dev.chancery.hsm.TokenIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an appliance by the code of {@code chancery init}, with a token beside all others. */
final class ApplianceFiles {
  private final SoftHsmDirectory softHsm;
  private final Profile profile;
  private final @Nullable TestClock clock;
  private @Nullable Path tokenDirectory;

  /**
   * @param clock dates the ledger; null: the machine's
   */
  ApplianceFiles(SoftHsmDirectory softHsm, Profile profile, @Nullable TestClock clock) {
    this.softHsm = softHsm;
    this.profile = profile;
    this.clock = clock;
  }

  /** Makes and starts it. */
  Chancery start() {
    String label = softHsm.newLabel(profile == Profile.BENCH ? "bench" : "test");
    NewAppliance.Plan plan =
        new NewAppliance.Plan(
            softHsm.root().resolve(label + ".appliance"),
            softHsm.module(),
            label,
            profile,
            0,
            0,
            0,
            List.of("localhost"),
            List.of(InetAddress.getLoopbackAddress()));
    // Certificates are dated by the machine's clock, by which TLS judges them.
    NewAppliance maker =
        new NewAppliance(
            this::makeToken,
            this::makeLedger,
            this::makeAuditKey,
            new SecureRandom(),
            Instant.now());
    try {
      Path directory = maker.make(plan).directory();
      if (tokenDirectory == null) {
        throw new IllegalStateException("an appliance was made without a token");
      }
      return new Chancery(directory, tokenDirectory, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // SoftHSM reads its configuration once in a process, so all appliances share one.
  private TokenIdentity makeToken(Path module, Path softHsmConf, String label, Pin so, Pin user) {
    try {
      Files.copy(softHsm.configFile(), softHsmConf, StandardCopyOption.REPLACE_EXISTING);
      SoftHsmDirectory.NewToken made = softHsm.initialise(label, so, user);
      tokenDirectory = made.directory();
      return made.identity();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String makeAuditKey(TokenConfig token, LedgerConfig ledger, Instant now) {
    return NewAuditKey.make(token, ledger, clock == null ? now : clock.instant());
  }

  private void makeLedger(LedgerConfig place, String ledgerId, Instant now) {
    ConfiguredLedger.create(place, ledgerId, clock == null ? now : clock.instant());
  }
}
