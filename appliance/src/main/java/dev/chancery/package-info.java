/** The appliance as a whole: how its parts are put together, and the program. */
@NullMarked
package dev.chancery;

import org.jspecify.annotations.NullMarked;
