/** {@code chancery bench}: how much one appliance signs, and what it costs. */
@NullMarked
package dev.chancery.cli.bench;

import org.jspecify.annotations.NullMarked;
