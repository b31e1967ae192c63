/**
 * Reads and writes TUF metadata of the online roles: one dialect, one implementation of {@link
 * MetadataDialect}. Form only: state, time and policy are judged elsewhere.
 */
@NullMarked
package dev.chancery.metadata;

import org.jspecify.annotations.NullMarked;
