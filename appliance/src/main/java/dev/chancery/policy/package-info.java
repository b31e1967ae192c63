/** Whether metadata may be signed. Pure: no I/O, no clock of its own, no randomness. */
@NullMarked
package dev.chancery.policy;

import org.jspecify.annotations.NullMarked;
