/**
 * Verification of signatures in Bouncy Castle's lightweight API: independent of the token that
 * signed and of the JDK's providers.
 */
@NullMarked
package dev.chancery.crypto;

import org.jspecify.annotations.NullMarked;
