/** The command line: what is typed, what is printed, and how it ends. */
@NullMarked
package dev.chancery.cli;

import org.jspecify.annotations.NullMarked;
