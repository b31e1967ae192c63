/** Metadata files as a trust server or a TUF repository serves them now. */
@NullMarked
package dev.chancery.served;

import org.jspecify.annotations.NullMarked;
