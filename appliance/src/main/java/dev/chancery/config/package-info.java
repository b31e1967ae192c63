/** The one configuration file: read strictly, into values that are right once they exist. */
@NullMarked
package dev.chancery.config;

import org.jspecify.annotations.NullMarked;
