package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.Sha256;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import dev.chancery.metadata.RootKey;
import dev.chancery.metadata.RootSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The roots of a repository from one that somebody trusts to the newest, each signed by the keys of
 * the one before it and by its own (TUF specification 5.3, RULES TR-1). Whether any of them has
 * expired does not matter (TR-8).
 *
 * @param files the oldest first; never empty
 */
public record RootChain(List<RootFile> files) {
  public RootChain {
    files = List.copyOf(files);
  }

  /**
   * Begins with the root that is trusted by its digest.
   *
   * @param pinned SHA-256 of the file
   * @throws RefusedException {@code ROOT_TR_1} if it is another file or not signed by its own keys
   */
  public static RootChain from(Dialect dialect, byte[] first, Sha256 pinned) {
    Sha256 found = Sha256.of(first);
    if (!found.equals(pinned)) {
      throw broken("a first root with digest " + found, "the pinned digest " + pinned);
    }
    RootFile file = RootFile.read(dialect, first);
    requireSigned(file, file.root());
    requireValid(file, file.root());
    return new RootChain(List.of(file));
  }

  /**
   * Goes on with the next root.
   *
   * @throws RefusedException {@code ROOT_TR_1} if it is not the next, {@code ROOT_TR_3} if one of
   *     its signatures is wrong
   */
  public RootChain next(byte[] bytes) {
    RootDocument last = last().root();
    RootFile next = RootFile.read(last.dialect(), bytes);
    if (next.root().version().number() != last.version().number() + 1) {
      throw broken(
          "root " + next.root().version() + " after root " + last.version(),
          "root " + (last.version().number() + 1L));
    }
    requireValid(next, last);
    requireSigned(next, last);
    requireSigned(next, next.root());
    List<RootFile> longer = new ArrayList<>(files);
    longer.add(next);
    return new RootChain(longer);
  }

  /** The newest root. */
  public RootFile last() {
    return files.getLast();
  }

  private static void requireSigned(RootFile file, RootDocument trusted) {
    int signers = file.signedBy(trusted);
    int threshold = trusted.role("root").threshold();
    if (threshold < 1 || signers < threshold) {
      throw broken(
          "root "
              + file.root().version()
              + " signed by "
              + signers
              + " keys of root "
              + trusted.version(),
          threshold + " of them, at least one");
    }
  }

  // Clients would pass over a wrong signature; somebody should look at it (TR-3).
  private static void requireValid(RootFile file, RootDocument before) {
    for (RootSignature signature : file.signatures()) {
      List<RootKey> named =
          Stream.of(before, file.root())
              .flatMap(root -> root.keysOf("root").stream())
              .filter(key -> key.id().equals(signature.keyId()) && key.verifier().isPresent())
              .toList();
      if (!named.isEmpty()
          && named.stream().noneMatch(key -> file.root().isSignedBy(key, signature))) {
        throw RootRules.wrongSignature(signature.keyId());
      }
    }
  }

  private static RefusedException broken(String observed, String allowed) {
    return new RefusedException(
        Refusal.ROOT_TR_1,
        observed,
        allowed,
        "import the repository's roots again, from the first on and without a gap");
  }
}
