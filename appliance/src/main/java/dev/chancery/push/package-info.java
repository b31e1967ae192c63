/** Checkpoints go to places elsewhere, and what was kept there is read again at the start. */
@NullMarked
package dev.chancery.push;

import org.jspecify.annotations.NullMarked;
