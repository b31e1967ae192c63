/** Shims around the program, in C, and what a test makes of what they saw. */
@NullMarked
package dev.chancery.torture;

import org.jspecify.annotations.NullMarked;
