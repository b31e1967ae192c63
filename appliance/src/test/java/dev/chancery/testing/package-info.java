/** What tests of several packages need. */
@NullMarked
package dev.chancery.testing;

import org.jspecify.annotations.NullMarked;
