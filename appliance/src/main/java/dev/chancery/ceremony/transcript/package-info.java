/** The script that a ceremony follows, and the record of what was done (CEREMONY T-1, T-2). */
@NullMarked
package dev.chancery.ceremony.transcript;

import org.jspecify.annotations.NullMarked;
