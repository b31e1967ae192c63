package dev.chancery.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** An array of CK_ATTRIBUTE with values, as the calls that search and create objects take it. */
final class Template {
  /** sizeof(CK_ATTRIBUTE): type, pValue and ulValueLen, 8 bytes each on LP64. */
  static final long ENTRY_BYTES = 24;

  @SuppressWarnings("ArrayRecordComponent") // private and never compared
  private record Entry(Cka attribute, byte[] value, boolean secret) {}

  private final List<Entry> entries = new ArrayList<>();

  Template with(Cka attribute, boolean value) {
    return with(attribute, new byte[] {(byte) (value ? 1 : 0)});
  }

  Template with(Cka attribute, long value) {
    return with(
        attribute, ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array());
  }

  Template with(Cka attribute, String value) {
    return with(attribute, value.getBytes(StandardCharsets.UTF_8));
  }

  Template with(Cka attribute, byte[] value) {
    entries.add(new Entry(attribute, value, false));
    return this;
  }

  /** A value that {@link #wipe} overwrites. */
  Template withSecret(Cka attribute, byte[] value) {
    entries.add(new Entry(attribute, value, true));
    return this;
  }

  /** Overwrites what is secret in it; of no use afterwards. */
  void wipe() {
    entries.stream().filter(Entry::secret).forEach(entry -> Arrays.fill(entry.value(), (byte) 0));
  }

  long size() {
    return entries.size();
  }

  /** The array in native memory that lives as long as {@code arena}. */
  MemorySegment in(Arena arena) {
    return in(arena, UnaryOperator.identity());
  }

  /** As {@link #in(Arena)}; {@code eachValue} sees where the values are. */
  MemorySegment in(Arena arena, UnaryOperator<MemorySegment> eachValue) {
    MemorySegment array = arena.allocate(Math.max(ENTRY_BYTES, ENTRY_BYTES * size()), 8);
    long at = 0;
    for (Entry entry : entries) {
      array.set(JAVA_LONG, at, entry.attribute().type);
      array.set(ADDRESS, at + 8, eachValue.apply(arena.allocateFrom(JAVA_BYTE, entry.value())));
      array.set(JAVA_LONG, at + 16, entry.value().length);
      at += ENTRY_BYTES;
    }
    return array;
  }
}
