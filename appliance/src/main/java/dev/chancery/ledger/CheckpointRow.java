package dev.chancery.ledger;

import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.audit.Checkpoint;
import java.time.Instant;
import java.util.Base64;

/** A row of kind {@code checkpoint}: from it the signed note can be made again. */
record CheckpointRow(Checkpoint checkpoint, String auditKey, RawSignature signature) {
  static CheckpointRow of(String ledgerId, ParsedRow row) {
    return new CheckpointRow(
        new Checkpoint(
            ledgerId,
            row.number("treeSize"),
            Sha256.fromHex(row.text("rootHash")),
            Sha256.fromHex(row.text("headHash")),
            row.number("epoch"),
            Instant.parse(row.text("time"))),
        row.text("auditKey"),
        new RawSignature(Base64.getDecoder().decode(row.text("signature"))));
  }
}
