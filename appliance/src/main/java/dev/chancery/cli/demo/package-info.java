/** {@code chancery demo}: an appliance at work and under attack, in a directory that is removed. */
@NullMarked
package dev.chancery.cli.demo;

import org.jspecify.annotations.NullMarked;
