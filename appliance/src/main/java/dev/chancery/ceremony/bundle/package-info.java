/** What goes to and from a machine without a network: deterministic, signed, judged by itself. */
@NullMarked
package dev.chancery.ceremony.bundle;

import org.jspecify.annotations.NullMarked;
