/** What {@code chancery dct} does with the system's packages. */
@NullMarked
package dev.chancery.cli.dct;

import org.jspecify.annotations.NullMarked;
