/** A client of the REST interface (openapi.yaml): the JDK's HTTP client over mutual TLS. */
@NullMarked
package dev.chancery.api.client;

import org.jspecify.annotations.NullMarked;
