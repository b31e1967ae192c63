/**
 * What the doors of the appliance share: what they ask of the house behind them, how they name what
 * went wrong, and the TLS identity that they show. It knows no protocol.
 */
@NullMarked
package dev.chancery.door;

import org.jspecify.annotations.NullMarked;
