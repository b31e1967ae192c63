/** Makes a new single-node appliance: token, PINs, certificates, configuration and ledger. */
@NullMarked
package dev.chancery.cli.init;

import org.jspecify.annotations.NullMarked;
