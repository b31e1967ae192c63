/**
 * JUnit 5 support for trust servers and for code that signs with a PKCS#11 token: a whole appliance
 * per test class, a throw-away SoftHSM token per test class, and a token in memory.
 *
 * <pre>{@code
 * @ChanceryServer(clock = "2026-11-23T06:54:00Z")
 * class MyTrustServerTest {
 *   @Test
 *   void publishes(Chancery chancery) {
 *     KeyInfo key =
 *         chancery.client().createKey(Dialect.NOTARY, repository, Role.TIMESTAMP, Algorithm.ECDSA);
 *     SignedMetadata answer =
 *         chancery.client().sign(Role.TIMESTAMP, new KeyChoice.ById(key.keyid()), signed, null);
 *   }
 * }
 * }</pre>
 *
 * <p>More of that is in docs/testing.md. A token alone:
 *
 * <pre>{@code
 * @SoftHsmToken
 * class MySigningTest {
 *   @Test
 *   void signs(SoftHsm softHsm) {
 *     try (SigningToken token = softHsm.open()) {
 *       TokenKey key = token.generate(KeySpec.EC_P256, "my-key");
 *       byte[] signature = token.sign(key, "hello".getBytes(UTF_8)).join();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>It needs SoftHSM 2 ({@code apt-get install softhsm2}), 64-bit Linux and Java 25 with {@code
 * --enable-native-access=ALL-UNNAMED}. No variable has to be set: SoftHSM reads {@code
 * SOFTHSM2_CONF} from the environment of the process when the module is initialised, and the
 * extension puts it there with setenv(3). So let nothing else initialise the SoftHSM module earlier
 * in the same JVM. If SoftHSM is missing the tests fail, with a line that says what to install;
 * they are never skipped. {@code SOFTHSM2_MODULE} or the system property {@code softhsm.module}
 * names the library where it lies elsewhere.
 */
@NullMarked
package dev.chancery.softhsm;

import org.jspecify.annotations.NullMarked;
