package dev.chancery.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init-token.sh} with a SoftHSM of its own. */
class InitTokenScriptTest {
  private static final String MODULE = "/usr/lib/softhsm/libsofthsm2.so";

  @TempDir private Path folder;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void emptySoftHsm() throws Exception {
    Path tokens = Files.createDirectory(folder.resolve("tokens"));
    Path conf = folder.resolve("softhsm2.conf");
    Files.writeString(conf, "directories.tokendir = " + tokens + "\n");
    environment = Map.of("SOFTHSM2_CONF", conf.toString());
  }

  @Test
  void makesATokenThatOpensWithThePinInTheFileThatOnlyItsOwnerReads() throws Exception {
    Path pins = folder.resolve("pins");
    Command made = initToken("house-1", pins);
    assertEquals(0, made.exitCode(), made.output());
    for (String file : new String[] {"so.pin", "user.pin"}) {
      Path path = pins.resolve(file);
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      assertFalse(made.output().contains(Files.readString(path)), "the PIN was printed");
    }
    assertEquals(0, login("house-1", Files.readString(pins.resolve("user.pin"))).exitCode());
    Command wrong = login("house-1", "0000");
    assertTrue(wrong.output().contains("CKR_PIN_INCORRECT"), wrong.output());
  }

  @Test
  void leavesATokenOfThatNameAsItIs() throws Exception {
    Path pins = folder.resolve("pins");
    initToken("house-1", pins);
    Command second = initToken("house-1", folder.resolve("others"));
    assertEquals(1, second.exitCode());
    assertTrue(second.output().contains("a token with the label house-1 exists"), second.output());
    assertFalse(Files.exists(folder.resolve("others")));
    assertEquals(0, login("house-1", Files.readString(pins.resolve("user.pin"))).exitCode());
  }

  @Test
  void leavesPinFilesThatExistAsTheyAre() throws Exception {
    Path pins = Files.createDirectory(folder.resolve("pins"));
    Files.writeString(pins.resolve("user.pin"), "mine");
    Command refused = initToken("house-1", pins);
    assertEquals(1, refused.exitCode());
    assertTrue(refused.output().contains("user.pin exists"), refused.output());
    assertEquals("mine", Files.readString(pins.resolve("user.pin")));
    assertFalse(Files.exists(pins.resolve("so.pin")));
  }

  @Test
  void refusesALabelThatAShellOrATokenWouldReadDifferently() throws Exception {
    assertEquals(64, initToken("two words", folder.resolve("pins")).exitCode());
    assertEquals(64, initToken("x".repeat(33), folder.resolve("pins")).exitCode());
    assertEquals(0, initToken("x".repeat(32), folder.resolve("pins")).exitCode());
  }

  private Command initToken(String label, Path pins) throws Exception {
    String script = Command.DEPLOY.resolve("scripts/init-token.sh").toString();
    return Command.run(environment, script, label, pins.toString(), MODULE);
  }

  private Command login(String label, String pin) throws Exception {
    return Command.run(
        Map.of("SOFTHSM2_CONF", environment.get("SOFTHSM2_CONF"), "PIN", pin),
        "pkcs11-tool",
        "--module",
        MODULE,
        "--token-label",
        label,
        "--login",
        "--pin",
        "env:PIN",
        "--list-objects");
  }
}
