/** The path of one signature, from an authenticated request to an answer. */
@NullMarked
package dev.chancery.signing;

import org.jspecify.annotations.NullMarked;
