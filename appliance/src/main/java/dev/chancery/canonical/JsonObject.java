package dev.chancery.canonical;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object: members with distinct names, held in canonical order (by the UTF-8 bytes of the
 * name, RULES C-1).
 */
public final class JsonObject implements JsonValue {
  private final String[] names;
  private final JsonValue[] values;

  private JsonObject(String[] names, JsonValue[] values) {
    this.names = names;
    this.values = values;
  }

  /**
   * The object with the members of {@code map}, each converted by {@link JsonValue#of}.
   *
   * @throws IllegalArgumentException if a key is not a {@code String} or a value has no JSON
   */
  public static JsonObject of(Map<?, ?> map) {
    Builder members = new Builder();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw new IllegalArgumentException("member names are strings, not " + entry.getKey());
      }
      members.add(name, JsonValue.of(entry.getValue()));
    }
    return members.build();
  }

  /** Number of members. */
  public int size() {
    return names.length;
  }

  /** Name of the member at {@code index} in canonical order. */
  public String name(int index) {
    return names[index];
  }

  /** Value of the member at {@code index} in canonical order. */
  public JsonValue value(int index) {
    return values[index];
  }

  /** Value of the member called {@code name}, or {@code null} if there is none. */
  public @Nullable JsonValue get(String name) {
    int index = Arrays.binarySearch(names, name, JsonObject::compareNames);
    return index < 0 ? null : values[index];
  }

  /**
   * A member whose name differs from one of {@code known} in case only. Go reads such a member as
   * the known one, so it can hide a second value behind the first (RULES C-8).
   */
  public Optional<String> caseVariantOf(Collection<String> known) {
    return Arrays.stream(names)
        .filter(name -> !known.contains(name))
        .filter(name -> known.stream().anyMatch(name::equalsIgnoreCase))
        .findFirst();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonObject that
        && Arrays.equals(names, that.names)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
  }

  /**
   * Order of the UTF-8 bytes, which is that of the code points; {@link String#compareTo} puts the
   * surrogates, which stand for the highest code points, below U+E000 to U+FFFF.
   */
  static int compareNames(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xIsHigh = Character.isSurrogate(x);
        return xIsHigh == Character.isSurrogate(y) ? Character.compare(x, y) : xIsHigh ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** Collects members in any order. */
  static final class Builder {
    private static final int SMALL = 32;

    private String[] names = new String[4];
    private JsonValue[] values = new JsonValue[4];
    private int size;
    private boolean ascending = true;

    void add(String name, JsonValue value) {
      if (size == names.length) {
        names = Arrays.copyOf(names, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      ascending = ascending && (size == 0 || compareNames(names[size - 1], name) < 0);
      names[size] = name;
      values[size] = value;
      size++;
    }

    /**
     * The object.
     *
     * @throws DuplicateNameException if two members have one name
     */
    JsonObject build() {
      if (!ascending) {
        sort();
      }
      return new JsonObject(Arrays.copyOf(names, size), Arrays.copyOf(values, size));
    }

    private void sort() {
      if (size <= SMALL) {
        sortInPlace();
      } else {
        sortByOrder();
      }
      for (int i = 1; i < size; i++) {
        if (names[i].equals(names[i - 1])) {
          throw new DuplicateNameException(names[i]);
        }
      }
    }

    // By insertion: nothing is made, but the time grows with the square of the size.
    private void sortInPlace() {
      for (int i = 1; i < size; i++) {
        String name = names[i];
        JsonValue value = values[i];
        int at = i;
        while (at > 0 && compareNames(names[at - 1], name) > 0) {
          names[at] = names[at - 1];
          values[at] = values[at - 1];
          at--;
        }
        names[at] = name;
        values[at] = value;
      }
    }

    private void sortByOrder() {
      String[] given = names;
      JsonValue[] givenValues = values;
      int[] order =
          IntStream.range(0, size)
              .boxed()
              .sorted(Comparator.comparing(i -> given[i], JsonObject::compareNames))
              .mapToInt(Integer::intValue)
              .toArray();
      names = new String[size];
      values = new JsonValue[size];
      for (int i = 0; i < size; i++) {
        names[i] = given[order[i]];
        values[i] = givenValues[order[i]];
      }
    }
  }

  /** Two members of one object have the same name. */
  static final class DuplicateNameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;

    DuplicateNameException(String name) {
      super(null, null, false, false);
      this.name = name;
    }

    String name() {
      return name;
    }
  }
}
