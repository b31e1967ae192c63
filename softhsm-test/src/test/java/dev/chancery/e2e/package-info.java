/** The whole appliance over its real doors: what it signs, what it refuses, what it survives. */
@NullMarked
package dev.chancery.e2e;

import org.jspecify.annotations.NullMarked;
