package dev.chancery.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.RawSignature;
import dev.chancery.ceremony.bundle.Bundle;
import dev.chancery.ceremony.shares.NewShares;
import dev.chancery.ceremony.shares.Purpose;
import dev.chancery.ceremony.shares.Share;
import dev.chancery.ceremony.shares.SlowHash;
import dev.chancery.ceremony.transcript.Countersignature.Signer;
import dev.chancery.ceremony.transcript.Heading;
import dev.chancery.ceremony.transcript.Transcript;
import dev.chancery.crypto.VerificationKey;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CeremonyPapersTest {
  @Command(name = "ceremony")
  private static final class Top {}

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    Surroundings surroundings = new CommandLineFixture(directory).surroundings(out, err);
    return CeremonyPapers.addTo(
            new CommandLine(new Top()), surroundings, bytes -> bytes.length + " words")
        .execute(arguments);
  }

  private KeyPair key(String file) throws GeneralSecurityException, IOException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String der = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN PUBLIC KEY-----\n" + der + "\n-----END PUBLIC KEY-----\n");
    return pair;
  }

  private static VerificationKey publicKey(KeyPair pair) {
    return VerificationKey.parse(Algorithm.ED25519, pair.getPublic().getEncoded());
  }

  private static RawSignature sign(KeyPair pair, byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(message);
      return new RawSignature(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sharesAreCheckedWithoutATokenAndWithoutBeingShown() throws IOException {
    NewShares made = NewShares.make(Purpose.USER, 2, 3, new SlowHash(64, 1), new SecureRandom());
    Files.write(directory.resolve("set.json"), made.set().toJson());
    for (Share share : made.shares()) {
      Files.writeString(directory.resolve(share.index() + ".txt"), new String(share.text()) + "\n");
    }
    assertEquals(0, run("share", "check", "--set", "set.json", "3.txt", "1.txt"));
    assertTrue(out.toString().endsWith("together they give the user PIN\n"), out::toString);
    assertFalse((out.toString() + err).contains(new String(made.pin().characters())));
    assertEquals(0, run("share", "check", "--set", "set.json", "2.txt"));
    assertTrue(out.toString().endsWith("1 more are needed for the PIN\n"), out::toString);
    assertEquals(1, run("share", "check", "--set", "set.json", "2.txt", "2.txt"));
    assertTrue(err.toString().contains("refused: SHARE_DOUBLED\n"), err::toString);
  }

  @Test
  void bundlesAreListedAndChecked() throws IOException, GeneralSecurityException {
    KeyPair ada = key("ada.pem");
    key("eve.pem");
    byte[] tar =
        Bundle.write(
            "c-1",
            "ledger-1",
            "Ada",
            Instant.EPOCH,
            new TreeMap<>(Map.of("policy.json", new byte[] {'{', '}'})),
            publicKey(ada),
            bytes -> sign(ada, bytes));
    Files.write(directory.resolve("c.tar"), tar);
    assertEquals(0, run("bundle", "list", "c.tar"));
    assertTrue(out.toString().contains("  policy.json\n"), out::toString);
    assertTrue(out.toString().contains("was NOT checked"), out::toString);
    assertEquals(0, run("bundle", "check", "--exporter-key", "ada.pem", "c.tar"));
    assertEquals(1, run("bundle", "check", "--exporter-key", "eve.pem", "c.tar"));
    assertTrue(err.toString().contains("refused: BUNDLE_FOREIGN\n"), err::toString);
  }

  @Test
  void transcriptsAreRenderedAndVerified() throws IOException, GeneralSecurityException {
    KeyPair audit = key("audit.pem");
    KeyPair grace = key("grace.pem");
    key("eve.pem");
    Transcript transcript =
        Transcript.of(new Heading("c-1", "l", "genesis", "app", Optional.empty()))
            .signed(Signer.APPLIANCE, "a", publicKey(audit), bytes -> sign(audit, bytes))
            .signed(Signer.WITNESS, "Grace", publicKey(grace), bytes -> sign(grace, bytes));
    Files.write(directory.resolve("t"), transcript.bytes());
    String[] verify = {
      "transcript", "verify", "--audit-key", "audit.pem", "--witness-key", "grace.pem", "t"
    };
    assertEquals(0, run(verify));
    assertTrue(out.toString().startsWith("verified: 0 steps of ceremony c-1"), out::toString);
    verify[5] = "eve.pem";
    assertEquals(1, run(verify));
    assertTrue(err.toString().contains("refused: TRANSCRIPT_SIGNATURE\n"), err::toString);
    assertEquals(0, run("transcript", "render", "t"));
    assertTrue(out.toString().startsWith("Report of ceremony c-1\n"), out::toString);
    assertEquals(0, run("transcript", "render", "--html", "t"));
    assertTrue(out.toString().startsWith("<!DOCTYPE html>\n"), out::toString);
  }
}
