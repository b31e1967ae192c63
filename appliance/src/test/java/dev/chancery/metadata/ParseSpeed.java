package dev.chancery.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chancery.api.Algorithm;
import dev.chancery.api.KeyId;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Timestamp;
import dev.chancery.crypto.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.LongSupplier;

/** Prints how long reading, describing and verifying take; run it from the module's directory. */
final class ParseSpeed {
  private static final NotaryDialect NOTARY = MetadataDialects.notary();
  private static final int ROUNDS = 5;
  private static final long NANOS_PER_ROUND = 1_000_000_000L;

  private ParseSpeed() {}

  public static void main(String[] arguments) {
    Path samples = Samples.directory("notary-wire");
    JsonNode call = Samples.jsonLines(samples.resolve("INDEX.jsonl")).get(0);
    byte[] timestamp = Samples.bytes(samples.resolve(call.get("file").asText()));
    byte[] delegations =
        Samples.signedPart(Samples.bytes(samples.resolve("served/app.snapshot.json")));
    byte[] thousand = thousandNames(delegations);
    Timestamp metadata = NOTARY.timestamp(timestamp, FormOptions.DEFAULT);
    KeyId keyId = new KeyId(call.get("keyID").asText());
    RawSignature signature =
        new RawSignature(HexFormat.of().parseHex(call.get("signature").asText()));
    VerificationKey key =
        VerificationKey.parse(
            Algorithm.ECDSA, Base64.getDecoder().decode(call.get("publicKey").asText()));

    measure(
        "timestamp, " + timestamp.length + " bytes",
        () -> NOTARY.timestamp(timestamp, FormOptions.DEFAULT).version().number());
    measure(
        "snapshot, " + delegations.length + " bytes",
        () -> NOTARY.snapshot(delegations, FormOptions.DEFAULT).version().number());
    measure(
        "snapshot of 1,000 names, " + thousand.length + " bytes",
        () -> NOTARY.snapshot(thousand, FormOptions.DEFAULT).version().number());
    measure(
        "served file of a timestamp",
        () -> NOTARY.envelope(metadata, keyId, Algorithm.ECDSA, signature).length);
    measure("ECDSA verification", () -> key.verify(timestamp, signature) ? 1 : 0);
  }

  private static byte[] thousandNames(byte[] snapshot) {
    String text = new String(snapshot, StandardCharsets.US_ASCII);
    int start = text.indexOf("\"root\":") + "\"root\":".length();
    String file = text.substring(start, text.indexOf("}", text.indexOf("\"length\"", start)) + 1);
    StringBuilder meta = new StringBuilder("{\"root\":" + file + ",\"targets\":" + file);
    for (int i = 2; i < 1_000; i++) {
      meta.append(",\"targets/d%04d\":%s".formatted(i, file));
    }
    return "{\"_type\":\"Snapshot\",\"expires\":\"2029-11-22T07:13:22Z\",\"meta\":%s},\"version\":3}"
        .formatted(meta)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void measure(String what, LongSupplier work) {
    double best = Double.MAX_VALUE;
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      long done = 0;
      long elapsed = 0;
      while (elapsed < NANOS_PER_ROUND) {
        for (int i = 0; i < 16; i++) {
          sum += work.getAsLong();
        }
        done += 16;
        elapsed = System.nanoTime() - begin;
      }
      best = Math.min(best, elapsed / (1_000.0 * done));
    }
    System.out.printf("%-45s %9.2f us (check %d)%n", what, best, sum % 10);
  }
}
