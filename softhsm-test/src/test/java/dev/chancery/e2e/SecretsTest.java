package dev.chancery.e2e;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.chancery.api.Algorithm;
import dev.chancery.api.Dialect;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.KeyChoice;
import dev.chancery.api.client.KeyInfo;
import dev.chancery.api.client.PemFiles;
import dev.chancery.config.ApplianceConfig;
import dev.chancery.config.TokenConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where secrets must not be, after a server has made keys and signed: its Java heap (garbage
 * included), its log, its ledger, its arguments and its environment.
 *
 * <p>What is looked for: both PINs, as bytes and as UTF-16; and the fixed beginnings that every
 * unencrypted P-256 private key has in PKCS#8 and in SEC 1. The key of the TLS certificate is a
 * file and must be in the heap; it is told apart by its value. That both searches find what is
 * there is shown with that key and with the token's label.
 *
 * <p>What this cannot show: the values of the token's private keys are unknown to everyone outside
 * it, so a bare scalar without those beginnings would not be noticed; and SoftHSM is a library in
 * the same process, which holds decrypted keys in native memory while it signs. A heap dump does
 * not have that memory; a core file would. With a real HSM it is not in this machine at all.
 */
class SecretsTest {
  private static final List<String> KEY_BEGINNINGS =
      List.of(
          // PKCS#8 (RFC 5208): version 0, id-ecPublicKey, prime256v1.
          "020100301306072a8648ce3d020106082a8648ce3d030107",
          // SEC 1 ECPrivateKey (RFC 5915): version 1, 32 octets.
          "0201010420");

  @TempDir Path directory;

  @Test
  @Timeout(120)
  void neitherPinsNorPrivateKeysAreWhereTheyCouldBeRead() throws Exception {
    try (ChildAppliance appliance = ChildAppliance.init(directory)) {
      appliance.start();
      makeKeysAndSign(appliance);
      Path dump = heapDump(appliance);
      Map<String, byte[]> places = places(appliance, dump);
      Map<String, byte[]> pins = pins(appliance.directory().resolve("pins"));
      byte[] tlsKey =
          PemFiles.privateKey(appliance.directory().resolve("tls/server.key")).getEncoded();
      byte[] scalar = scalar(tlsKey);

      byte[] heap = Files.readAllBytes(dump);
      assertTrue(count(heap, scalar) > 0, "the search finds the TLS key that is in the heap");
      assertTrue(count(heap, "bench-child".getBytes(UTF_8)) > 0, "and the label of the token");
      List<String> found = new ArrayList<>();
      places.forEach(
          (place, bytes) -> {
            pins.forEach((name, pin) -> found.addAll(hits(place, name, bytes, pin)));
            found.addAll(foreignKeys(place, bytes, scalar));
          });
      assertEquals(List.of(), found);
    }
  }

  @Test
  @Timeout(60)
  void anotherPkcs11ToolSeesEveryKeyAsSensitiveNeverExtractableAndLocal() throws Exception {
    try (ChildAppliance appliance = ChildAppliance.init(directory)) {
      appliance.start();
      makeKeysAndSign(appliance);
      String listed = listPrivateKeys(appliance);
      List<String> access = listed.lines().filter(line -> line.contains("Access:")).toList();
      List<String> usage = listed.lines().filter(line -> line.contains("Usage:")).toList();
      assertEquals(3, access.size(), () -> "timestamp, snapshot and the audit key: " + listed);
      for (String line : access) {
        assertEquals("sensitive, always sensitive, never extractable, local", value(line), listed);
      }
      for (String line : usage) {
        assertEquals("sign", value(line), listed);
      }
    }
  }

  private static String value(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }

  private static void makeKeysAndSign(ChildAppliance appliance) {
    NotaryMetadata metadata = new NotaryMetadata(new Random(5));
    RepositoryName repository = new RepositoryName("example.test/secrets");
    try (ChanceryClient client = appliance.client()) {
      KeyInfo snapshot =
          client.createKey(Dialect.NOTARY, repository, Role.SNAPSHOT, Algorithm.ECDSA);
      KeyInfo timestamp =
          client.createKey(Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA);
      byte[] content = metadata.snapshot(metadata.newFile(), 1);
      var signed = client.sign(Role.SNAPSHOT, new KeyChoice.ById(snapshot.keyid()), content, null);
      client.sign(
          Role.TIMESTAMP,
          new KeyChoice.ById(timestamp.keyid()),
          metadata.timestamp(ServedSnapshot.of(content, signed), 1),
          null);
    }
  }

  private Path heapDump(ChildAppliance appliance) throws Exception {
    Path dump = directory.resolve("heap.hprof");
    run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            String.valueOf(appliance.pid()),
            "GC.heap_dump",
            "-all",
            dump.toString()));
    return dump;
  }

  private static Map<String, byte[]> places(ChildAppliance appliance, Path dump)
      throws IOException {
    Map<String, byte[]> places = new LinkedHashMap<>();
    places.put("the heap", Files.readAllBytes(dump));
    places.put("the log", Files.readAllBytes(appliance.log()));
    try (Stream<Path> ledger = Files.list(appliance.directory().resolve("ledger"))) {
      for (Path file : ledger.filter(Files::isRegularFile).toList()) {
        places.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    Path process = Path.of("/proc", String.valueOf(appliance.pid()));
    places.put("the arguments", Files.readAllBytes(process.resolve("cmdline")));
    places.put("the environment", Files.readAllBytes(process.resolve("environ")));
    return places;
  }

  private static Map<String, byte[]> pins(Path directory) throws IOException {
    Map<String, byte[]> pins = new LinkedHashMap<>();
    for (String name : List.of("so.pin", "user.pin")) {
      String pin = Files.readString(directory.resolve(name)).strip();
      pins.put(name, pin.getBytes(UTF_8));
      pins.put(name + " in UTF-16LE", pin.getBytes(UTF_16LE));
      pins.put(name + " in UTF-16BE", pin.getBytes(UTF_16BE));
    }
    return pins;
  }

  private static List<String> hits(String place, String name, byte[] bytes, byte[] pin) {
    int hits = count(bytes, pin);
    return hits == 0 ? List.of() : List.of(name + " stands in " + place + " " + hits + " times");
  }

  /** Private keys other than that of the TLS certificate, which {@code own} is the scalar of. */
  private static List<String> foreignKeys(String place, byte[] bytes, byte[] own) {
    List<String> found = new ArrayList<>();
    for (String beginning : KEY_BEGINNINGS) {
      byte[] prefix = HexFormat.of().parseHex(beginning);
      for (int at = indexOf(bytes, prefix, 0); at >= 0; at = indexOf(bytes, prefix, at + 1)) {
        int from = at + prefix.length;
        byte[] after = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 64));
        if (indexOf(after, own, 0) < 0) {
          found.add("a private key stands in " + place + " at " + at + ": " + hex(after));
        }
      }
    }
    return found;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8)) + "...";
  }

  /** The 32 octets of an EC private key, behind the beginning that SEC 1 gives them. */
  private static byte[] scalar(byte[] pkcs8) {
    byte[] beginning = HexFormat.of().parseHex(KEY_BEGINNINGS.getLast());
    int at = indexOf(pkcs8, beginning, 0) + beginning.length;
    return Arrays.copyOfRange(pkcs8, at, at + 32);
  }

  private static int count(byte[] bytes, byte[] pattern) {
    int count = 0;
    for (int at = indexOf(bytes, pattern, 0); at >= 0; at = indexOf(bytes, pattern, at + 1)) {
      count++;
    }
    return count;
  }

  private static int indexOf(byte[] bytes, byte[] pattern, int from) {
    int last = bytes.length - pattern.length;
    for (int at = from; at <= last; at++) {
      if (bytes[at] == pattern[0]
          && Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
        return at;
      }
    }
    return -1;
  }

  private String listPrivateKeys(ChildAppliance appliance) throws Exception {
    TokenConfig token =
        ApplianceConfig.load(appliance.directory().resolve("chancery.yaml")).token();
    String pin = Files.readString(appliance.directory().resolve("pins/user.pin")).strip();
    List<String> command =
        List.of(
            "pkcs11-tool",
            "--module",
            token.module().toString(),
            "--token-label",
            token.label(),
            "--login",
            "--pin",
            pin,
            "--list-objects",
            "--type",
            "privkey");
    ProcessBuilder tool = new ProcessBuilder(command).redirectErrorStream(true);
    tool.environment().putAll(token.environment());
    return output(tool);
  }

  private static void run(List<String> command) throws Exception {
    output(new ProcessBuilder(command).redirectErrorStream(true));
  }

  private static String output(ProcessBuilder command) throws Exception {
    Process process = command.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
