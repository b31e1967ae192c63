/**
 * The REST door and the probes: HTTP in, values out; the only package that knows the web server.
 */
@NullMarked
package dev.chancery.http;

import org.jspecify.annotations.NullMarked;
