package dev.chancery.softhsm;

import dev.chancery.hsm.NativeEnvironment;
import dev.chancery.hsm.Pin;
import dev.chancery.hsm.TokenIdentity;
import dev.chancery.hsm.TokenInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The temporary directory of one JVM's SoftHSM: its configuration file, the tokens and their PIN
 * files. It is deleted when the last test has run.
 */
final class SoftHsmDirectory implements AutoCloseable {
  private static final List<Path> USUAL_PLACES =
      List.of(
          Path.of("/usr/lib/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib64/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
          Path.of("/usr/local/lib/softhsm/libsofthsm2.so"));

  private final Path root;
  private final Path module;
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger count = new AtomicInteger();

  private SoftHsmDirectory(Path root, Path module) {
    this.root = root;
    this.module = module;
  }

  /** Writes the configuration and points this process's SoftHSM at it. */
  static SoftHsmDirectory create() {
    Path module = findModule();
    try {
      Path root = Files.createTempDirectory("softhsm");
      SoftHsmDirectory directory = new SoftHsmDirectory(root, module);
      Files.createDirectory(directory.tokens());
      Files.writeString(
          directory.configFile(),
          "directories.tokendir = "
              + directory.tokens()
              + "\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n");
      NativeEnvironment.set("SOFTHSM2_CONF", directory.configFile().toString());
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path findModule() {
    String property = System.getProperty("softhsm.module", System.getenv("SOFTHSM2_MODULE"));
    List<Path> places = property == null ? USUAL_PLACES : List.of(Path.of(property));
    return places.stream()
        .filter(Files::isReadable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "SoftHSM is missing (looked for "
                        + places
                        + "): apt-get install softhsm2, or set -Dsofthsm.module"));
  }

  /**
   * A token that was just initialised.
   *
   * @param directory where SoftHSM keeps its objects
   */
  record NewToken(TokenIdentity identity, Path directory) {}

  /** A label that no other token here has. */
  String newLabel(String prefix) {
    return prefix + "-" + ProcessHandle.current().pid() + "-" + count.incrementAndGet();
  }

  /** Initialises a token. */
  synchronized NewToken initialise(String label, Pin so, Pin user) throws IOException {
    List<Path> before = tokenDirectories();
    TokenIdentity identity = TokenInitializer.init(module, label, so, user);
    return tokenDirectories().stream()
        .filter(directory -> !before.contains(directory))
        .findFirst()
        .map(made -> new NewToken(identity, made))
        .orElseThrow(SoftHsmDirectory::initialisedElsewhere);
  }

  /** A new token with random PINs; the user's is kept in a file of mode 0600. */
  SoftHsm newToken() {
    String label = newLabel("test");
    try {
      Path pinFile = root.resolve(label + ".pin");
      Files.createFile(
          pinFile,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      String userPin = randomPin();
      Files.writeString(pinFile, userPin + "\n");
      try (Pin so = Pin.of(randomPin().toCharArray());
          Pin user = Pin.of(userPin.toCharArray())) {
        NewToken made = initialise(label, so, user);
        return new SoftHsm(module, configFile(), made.identity(), pinFile, made.directory());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IllegalStateException initialisedElsewhere() {
    return new IllegalStateException(
        "SoftHSM was initialised in this JVM before this extension could set SOFTHSM2_CONF, so the"
            + " token was made elsewhere; let no test load the module before @SoftHsmToken does");
  }

  private List<Path> tokenDirectories() throws IOException {
    try (Stream<Path> entries = Files.list(tokens())) {
      return entries.toList();
    }
  }

  private String randomPin() {
    return String.valueOf(random.nextLong(100_000_000, 1_000_000_000));
  }

  Path root() {
    return root;
  }

  Path module() {
    return module;
  }

  private Path tokens() {
    return root.resolve("tokens");
  }

  Path configFile() {
    return root.resolve("softhsm2.conf");
  }

  @Override
  public void close() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
