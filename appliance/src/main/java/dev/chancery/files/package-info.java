/** Files that are whole and on disk, or not there. */
@NullMarked
package dev.chancery.files;

import org.jspecify.annotations.NullMarked;
