/** Looks at an appliance, running or not, and says what is wrong and what to do. */
@NullMarked
package dev.chancery.cli.doctor;

import org.jspecify.annotations.NullMarked;
