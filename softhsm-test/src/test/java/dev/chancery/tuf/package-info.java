/** Repositories of TUF 1.0 that Chancery signs for, judged by implementations of others. */
@NullMarked
package dev.chancery.tuf;

import org.jspecify.annotations.NullMarked;
