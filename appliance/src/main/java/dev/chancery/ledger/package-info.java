/** The record of every decision: append-only, hash-chained, durable before the token signs. */
@NullMarked
package dev.chancery.ledger;

import org.jspecify.annotations.NullMarked;
