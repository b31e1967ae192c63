@org.jspecify.annotations.NullMarked
package dev.chancery.backup;
