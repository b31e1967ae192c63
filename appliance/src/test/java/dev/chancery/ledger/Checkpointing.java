package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.PublicKeyInfo;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.api.TokenPlace;
import dev.chancery.audit.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;

/** Puts a new audit key and a checkpoint of all rows on the record. */
final class Checkpointing {
  private Checkpointing() {}

  static void of(Ledger ledger, Instant now) throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] spki = pair.getPublic().getEncoded();
    AuditKey key =
        new AuditKey(
            Algorithm.ED25519,
            new TokenPlace("token", "1", "audit", Sha256.of(spki)),
            new PublicKeyInfo(spki),
            now);
    ledger.addAuditKey(key, "CN=operator").join();
    TreeHead head = ledger.treeHead();
    Checkpoint made =
        new Checkpoint(head.ledgerId(), head.size(), head.rootHash(), head.headHash(), 1, now);
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(made.text().getBytes(StandardCharsets.UTF_8));
    ledger.checkpoint(made, key, new RawSignature(signer.sign()), "request").join();
  }
}
