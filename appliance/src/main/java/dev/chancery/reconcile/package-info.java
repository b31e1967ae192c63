/** What a trust server serves now beside what the ledger says was signed. */
@NullMarked
package dev.chancery.reconcile;

import org.jspecify.annotations.NullMarked;
