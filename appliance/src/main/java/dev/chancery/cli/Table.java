package dev.chancery.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns of text, as wide as they need to be. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these column heads. */
  public Table(String... heads) {
    rows.add(List.of(heads));
  }

  /** A line; as many cells as there are heads. */
  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** Prints all of it, with two spaces between columns. */
  public void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.repeat(' ', widths[i] - row.get(i).length() + 2);
        }
      }
      out.println(line);
    }
  }
}
