package dev.chancery.softhsm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the test class a SoftHSM token of its own, empty and with a label that no other class has.
 * Constructors, lifecycle methods and tests take it as a parameter of type {@link SoftHsm}. Also
 * usable on an annotation of your own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(SoftHsmExtension.class)
public @interface SoftHsmToken {}
