package dev.chancery.cli.demo;

import dev.chancery.api.client.KeyInfo;
import dev.chancery.ledger.LedgerReader;
import dev.chancery.ledger.LedgerVerification;
import dev.chancery.ledger.LedgerVerifier;
import dev.chancery.ledger.ParsedRow;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at what came out, by other means than those that made it. */
final class Proof {
  private Proof() {}

  /**
   * How many signatures verify: in the JDK's own implementation, which is neither the token's nor
   * the one that the appliance verifies with, under the keys that the server publishes.
   */
  static long verified(List<Signed> signed, List<KeyInfo> keys) throws GeneralSecurityException {
    Map<String, PublicKey> publicKeys = new HashMap<>();
    for (KeyInfo key : keys) {
      byte[] der = Base64.getDecoder().decode(key.publicKey());
      publicKeys.put(
          key.keyid().hex(),
          KeyFactory.getInstance("EC", "SunEC").generatePublic(new X509EncodedKeySpec(der)));
    }
    long good = 0;
    for (Signed each : signed) {
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
      verifier.initVerify(publicKeys.get(each.answer().keyid().hex()));
      verifier.update(each.bytes());
      good += verifier.verify(Base64.getDecoder().decode(each.answer().sig())) ? 1 : 0;
    }
    return good;
  }

  /**
   * What a ledger holds.
   *
   * @param problem where its chain breaks or its watermarks are wrong, or empty
   * @param refused the controls of its refusals, in order
   */
  record LedgerContents(
      Optional<String> problem, long rows, long admitted, long issued, List<String> refused) {
    LedgerContents {
      refused = List.copyOf(refused);
    }
  }

  /** Follows the chain of a ledger that nobody writes any more, and counts. */
  static LedgerContents read(Path ledger) {
    LedgerReader reader = LedgerReader.of(ledger);
    List<String> refused = new ArrayList<>();
    Map<String, Long> counts = new HashMap<>();
    reader.rows(
        0,
        (sequence, body) -> {
          ParsedRow row = ParsedRow.of(body);
          String kind = row.text("kind") + row.optionalText("outcome").map(o -> " " + o).orElse("");
          counts.merge(kind, 1L, Long::sum);
          if (kind.equals("decision refused")) {
            refused.add(row.text("control"));
          }
        });
    LedgerVerification verified = LedgerVerifier.verify(reader);
    return new LedgerContents(
        verified.findings().stream().map(LedgerVerification.Finding::what).findFirst(),
        verified.rows(),
        counts.getOrDefault("decision admitted", 0L),
        counts.getOrDefault("issued", 0L),
        refused);
  }
}
