package dev.chancery.ledger;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Sha256;
import dev.chancery.crypto.VerificationKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the signatures of issued rows from the digests of what was signed, all but those of
 * Ed25519, and looks for an ECDSA r that came twice.
 */
final class IssuedSignatures {
  private static final int R_BYTES = 32;

  /** So often a key is used before it is worth to prepare it. */
  private static final int WORTH_PREPARING = 50;

  /** So many keys are prepared: 64 MiB. */
  private static final int MOST_PREPARED = 2_000;

  private final DecisionReplay.Findings findings;
  private final RowPipeline<Job, Job> pipeline;
  private final Map<String, Key> keys = new HashMap<>();
  private final Fingerprints nonces = new Fingerprints();
  private final Fingerprints texts = new Fingerprints();
  private int prepared;
  private long verified;

  private static final class Key {
    private VerificationKey key;
    private int used;

    Key(VerificationKey key) {
      this.key = key;
    }
  }

  /** One signature; the worker fills in what it found. */
  private static final class Job {
    private final long row;
    private final VerificationKey key;
    private final String keyId;
    private final Sha256 digest;
    private final String signature;
    private @Nullable String wrong;
    private long nonce;
    private long text;

    Job(long row, VerificationKey key, String keyId, Sha256 digest, String signature) {
      this.row = row;
      this.key = key;
      this.keyId = keyId;
      this.digest = digest;
      this.signature = signature;
    }
  }

  IssuedSignatures(ExecutorService workers, DecisionReplay.Findings findings) {
    this.findings = findings;
    this.pipeline = new RowPipeline<>(workers, IssuedSignatures::verify, this::judge);
  }

  /** Takes a signature that follows from {@code admission}. */
  void issued(
      long sequence,
      ParsedRow row,
      DecisionReplay.Admission admission,
      DecisionReplay.KeyHistory key) {
    Key with = keys.computeIfAbsent(admission.keyId(), id -> new Key(parsed(key.made())));
    if (with.key.algorithm() == Algorithm.ED25519) {
      return;
    }
    with.used++;
    if (with.used == WORTH_PREPARING && prepared < MOST_PREPARED) {
      with.key = with.key.forMany();
      prepared++;
    }
    pipeline.add(
        new Job(sequence, with.key, admission.keyId(), admission.digest(), row.text("signature")));
  }

  /** Waits for what is under way; how many signatures were good. */
  long end() {
    pipeline.end();
    return verified;
  }

  private static VerificationKey parsed(ParsedRow made) {
    return VerificationKey.parse(
        Algorithm.of(made.text("algorithm")), Base64.getDecoder().decode(made.text("publicKey")));
  }

  private static Job verify(Job job) {
    try {
      byte[] bytes = Base64.getDecoder().decode(job.signature);
      if (!job.key.verifyDigest(job.digest, new RawSignature(bytes))) {
        job.wrong = "the signature does not verify under the key's public key";
      } else if (job.key.algorithm() == Algorithm.ECDSA) {
        byte[] used = join(HexFormat.of().parseHex(job.keyId), Arrays.copyOf(bytes, R_BYTES));
        job.nonce = fingerprint(used);
        job.text = fingerprint(join(used, job.digest.bytes()));
      }
    } catch (IllegalArgumentException e) {
      job.wrong = "the signature is none: " + e.getMessage();
    }
    return job;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static long fingerprint(byte[] bytes) {
    return ByteBuffer.wrap(Sha256.of(bytes).bytes()).getLong();
  }

  private void judge(Job job) {
    if (job.wrong != null) {
      findings.found(job.row, job.wrong);
      return;
    }
    verified++;
    if (job.key.algorithm() != Algorithm.ECDSA) {
      return;
    }
    // A token that derives k from the text (RFC 6979) gives the same text the same r again.
    boolean isNew = nonces.add(job.nonce);
    if (texts.add(job.text) && !isNew) {
      findings.found(job.row, "an r of this key came twice: its private key can be computed");
    }
  }
}
