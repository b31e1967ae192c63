/**
 * The way over from notary-signer: what its database and the trust server hold, what has to be done
 * for each repository, and how far that has come. Only the command line uses it; nothing here
 * signs.
 */
@org.jspecify.annotations.NullMarked
package dev.chancery.migrate;
