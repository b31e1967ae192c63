package dev.chancery.e2e.notary;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class with {@code @ChanceryServer} a {@link NotaryStack} in front of its appliance,
 * as a parameter. It ends after the last of the class's tests, however they went.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(NotaryStackExtension.class)
@interface WithNotaryServer {
  /** Of the keys that notary-server asks for. */
  String algorithm() default "ecdsa";

  /** The time zone of each notary-server; there are as many as zones. */
  String[] zones() default "UTC";

  /** Whether they keep their files in a database, which they share, or in memory. */
  boolean database() default false;
}
