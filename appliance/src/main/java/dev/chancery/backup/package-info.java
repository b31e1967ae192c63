/** Backups: a copy of the ledger and of what it takes to serve again, encrypted to recipients. */
@NullMarked
package dev.chancery.backup;

import org.jspecify.annotations.NullMarked;
