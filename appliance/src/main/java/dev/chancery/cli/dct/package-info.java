/**
 * {@code chancery dct}: a whole local Docker Content Trust service in a directory of its own, with
 * Chancery as its signer.
 */
@NullMarked
package dev.chancery.cli.dct;

import org.jspecify.annotations.NullMarked;
