/** Which key belongs to which repository and role, and whether it may be used. */
@NullMarked
package dev.chancery.keys;

import org.jspecify.annotations.NullMarked;
