package dev.chancery.softhsm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the test class a whole appliance of its own, in this process and on free loopback ports:
 * SoftHSM token, TLS material, access file and ledger are those that {@code chancery init} makes.
 * It starts when the class first asks for it and ends after the last of the class's tests.
 * Constructors, lifecycle methods and tests take it as a parameter of type {@link Chancery}. Also
 * usable on an annotation of your own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(ChanceryExtension.class)
public @interface ChanceryServer {
  /**
   * Where the appliance's clock stands until the test moves it ({@link Chancery#clock}), such as
   * {@code 2026-11-23T06:54:00Z}; empty: the machine's clock.
   */
  String clock() default "";

  /**
   * Whether budgets and quotas are so high that they are never met (the policy profile {@code
   * bench}); otherwise they are those of production, 20 new keys for one repository and role a day
   * among them.
   */
  boolean unlimited() default false;
}
