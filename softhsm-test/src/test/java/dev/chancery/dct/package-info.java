/** {@code chancery dct} as its user types it. */
@NullMarked
package dev.chancery.dct;

import org.jspecify.annotations.NullMarked;
