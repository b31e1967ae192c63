/** The contract that every token must keep, and what is particular to SoftHSM. */
@NullMarked
package dev.chancery.hsm;

import org.jspecify.annotations.NullMarked;
