/** A token's PIN divided among custodians, and put together again (CEREMONY P-1 to P-4). */
@NullMarked
package dev.chancery.ceremony.shares;

import org.jspecify.annotations.NullMarked;
