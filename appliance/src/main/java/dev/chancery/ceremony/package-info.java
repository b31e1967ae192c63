/** Root ceremonies: what may be signed, who must agree, and in which order; no input or output. */
@NullMarked
package dev.chancery.ceremony;

import org.jspecify.annotations.NullMarked;
