/** PKCS#11 tokens, and nothing of TUF. */
@NullMarked
package dev.chancery.hsm;

import org.jspecify.annotations.NullMarked;
