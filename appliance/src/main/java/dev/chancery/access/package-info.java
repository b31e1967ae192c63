/** Who may do what: the caller a client certificate stands for, and access.yaml. Default deny. */
@NullMarked
package dev.chancery.access;

import org.jspecify.annotations.NullMarked;
