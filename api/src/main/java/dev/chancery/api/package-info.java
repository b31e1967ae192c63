/** Values and answers that every part of Chancery speaks. They depend on the JDK alone. */
@NullMarked
package dev.chancery.api;

import org.jspecify.annotations.NullMarked;
