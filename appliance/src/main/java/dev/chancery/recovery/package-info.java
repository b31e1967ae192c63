/** What brings ledger and trust server together again after one of them lost something. */
@NullMarked
package dev.chancery.recovery;

import org.jspecify.annotations.NullMarked;
