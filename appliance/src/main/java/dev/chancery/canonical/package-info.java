/** Strict JSON and OLPC canonical JSON (RULES C-1 to C-8). Knows nothing of TUF. */
@NullMarked
package dev.chancery.canonical;

import org.jspecify.annotations.NullMarked;
