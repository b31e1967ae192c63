package dev.chancery.ceremony.bundle;

import dev.chancery.api.Quote;
import dev.chancery.api.RawSignature;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.crypto.VerificationKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The files of a ceremony on their way between machines (CEREMONY B-1). The same content makes the
 * same bytes. What was read is what the exporter signed and nothing else; whether the content is
 * right is judged anew by whoever imports it.
 */
public final class Bundle {
  private final Manifest manifest;
  private final VerificationKey exporterKey;
  private final SortedMap<String, byte[]> files;

  private Bundle(Manifest manifest, VerificationKey exporterKey, SortedMap<String, byte[]> files) {
    this.manifest = manifest;
    this.exporterKey = exporterKey;
    this.files = files;
  }

  /**
   * Makes a bundle.
   *
   * @param files by name, without the manifest; at most 1,099 of at most 1 MiB
   * @param signer gives the exporter's signature of the manifest's canonical bytes
   * @return the archive
   * @throws RefusedException {@code BUNDLE_NAME} or {@code BUNDLE_TOO_LARGE}
   */
  public static byte[] write(
      String ceremony,
      String ledger,
      String exporter,
      Instant time,
      SortedMap<String, byte[]> files,
      VerificationKey key,
      Function<byte[], RawSignature> signer) {
    if (files.containsKey(BundleName.MANIFEST)) {
      throw new IllegalArgumentException("the manifest is made here");
    }
    SortedMap<String, Sha256> digests = new TreeMap<>();
    files.forEach((name, content) -> digests.put(name, Sha256.of(content)));
    Manifest manifest = new Manifest(ceremony, ledger, exporter, time, digests);
    SortedMap<String, byte[]> all = new TreeMap<>(files);
    all.put(BundleName.MANIFEST, manifest.file(key, signer.apply(manifest.signedBytes())));
    byte[] tar = Tar.write(all);
    read(tar, Set.of(key)); // what could not be read again is not given out
    return tar;
  }

  /**
   * Reads a bundle that one of {@code exporters} signed.
   *
   * @throws RefusedException a control whose name begins with {@code BUNDLE_}
   */
  public static Bundle read(byte[] tar, Collection<VerificationKey> exporters) {
    Bundle bundle = readUntrusted(tar);
    boolean known =
        exporters.stream()
            .anyMatch(
                key ->
                    Arrays.equals(
                        key.subjectPublicKeyInfo(), bundle.exporterKey.subjectPublicKeyInfo()));
    if (!known) {
      throw new RefusedException(
          Refusal.BUNDLE_FOREIGN,
          "signed by "
              + Quote.of(bundle.manifest.exporter())
              + " with key "
              + bundle.exporterFingerprint(),
          exporters.size() + " keys known here",
          "compare the key with the exporter's; a custodian does so by telephone or on paper");
    }
    return bundle;
  }

  /**
   * As {@link #read}, for looking at: that the exporter is who he says is not known.
   *
   * @throws RefusedException as {@link #read}, but never {@code BUNDLE_FOREIGN}
   */
  public static Bundle readUntrusted(byte[] tar) {
    SortedMap<String, byte[]> files = Tar.read(tar);
    byte[] manifest = files.remove(BundleName.MANIFEST);
    if (manifest == null) {
      throw missing(BundleName.MANIFEST);
    }
    Manifest.Signed signed = Manifest.read(manifest);
    checkContent(signed.manifest().files(), files);
    return new Bundle(signed.manifest(), signed.key(), files);
  }

  private static void checkContent(
      SortedMap<String, Sha256> listed, SortedMap<String, byte[]> files) {
    listed.forEach(
        (name, digest) -> {
          byte[] content = files.get(name);
          if (content == null) {
            throw missing(name);
          }
          if (!Sha256.of(content).equals(digest)) {
            throw new RefusedException(
                Refusal.BUNDLE_EDITED,
                Quote.of(name) + " with SHA-256 " + Sha256.of(content),
                digest.hex(),
                "ask the exporter what he sent");
          }
        });
    for (String name : files.keySet()) {
      if (!listed.containsKey(name)) {
        throw new RefusedException(
            Refusal.BUNDLE_EXTRA,
            Quote.of(name),
            "the " + listed.size() + " files that the manifest lists",
            "have the bundle exported again; do not add to it");
      }
    }
  }

  private static RefusedException missing(String name) {
    return new RefusedException(
        Refusal.BUNDLE_MISSING,
        "no " + Quote.of(name),
        "every file that the manifest lists, and the manifest",
        "have the bundle exported again");
  }

  /** What the exporter signed. */
  public Manifest manifest() {
    return manifest;
  }

  /** The exporter's key. */
  public VerificationKey exporterKey() {
    return exporterKey;
  }

  /** SHA-256 of the exporter's key (DER SubjectPublicKeyInfo). */
  public Sha256 exporterFingerprint() {
    return Sha256.of(exporterKey.subjectPublicKeyInfo());
  }

  /** A copy of one file. */
  public Optional<byte[]> file(String name) {
    return Optional.ofNullable(files.get(name)).map(byte[]::clone);
  }

  /** Copies of all files but the manifest, by name. */
  public SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> copies = new TreeMap<>();
    files.forEach((name, content) -> copies.put(name, content.clone()));
    return copies;
  }
}
