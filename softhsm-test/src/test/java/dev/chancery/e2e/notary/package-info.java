/**
 * The unmodified stack of Docker Content Trust in front of the appliance: Debian's notary-server,
 * the {@code notary} client and {@code docker trust}, each a process of its own on loopback.
 */
@NullMarked
package dev.chancery.e2e.notary;

import org.jspecify.annotations.NullMarked;
