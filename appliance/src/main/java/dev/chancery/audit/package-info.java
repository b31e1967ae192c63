/**
 * What a third party needs to check a ledger without trusting who keeps it: the form of rows, the
 * RFC 6962 tree over them, signed checkpoints, proofs and exports. Pure: values in, findings out.
 */
@NullMarked
package dev.chancery.audit;

import org.jspecify.annotations.NullMarked;
