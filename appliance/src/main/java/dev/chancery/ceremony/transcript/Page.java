package dev.chancery.ceremony.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is printed, before its form: the same parts become text or HTML. Depends on nothing but what
 * it is given, so that the same ceremony gives the same bytes.
 */
final class Page {
  private sealed interface Part {}

  private record Title(String text) implements Part {}

  private record Section(String text) implements Part {}

  private record Line(String name, String value) implements Part {}

  private record Numbered(int number, String head, List<String> lines) implements Part {}

  private final List<Part> parts = new ArrayList<>();

  Page title(String text) {
    parts.add(new Title(text));
    return this;
  }

  Page section(String text) {
    parts.add(new Section(text));
    return this;
  }

  Page line(String name, String value) {
    parts.add(new Line(name, value));
    return this;
  }

  /** A numbered step with a box for initials and time. */
  Page step(int number, String head, List<String> lines) {
    parts.add(new Numbered(number, head, List.copyOf(lines)));
    return this;
  }

  /** Plain text, lines of any length. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Title(var title) ->
            text.append(title).append('\n').append("=".repeat(title.length())).append('\n');
        case Section(var title) ->
            text.append('\n')
                .append(title)
                .append('\n')
                .append("-".repeat(title.length()))
                .append('\n');
        case Line(var name, var value) ->
            text.append(name.isEmpty() ? "" : name + ": ").append(value).append('\n');
        case Numbered(var number, var head, var lines) -> {
          text.append(String.format(Locale.ROOT, "%3d. %s\n", number, head));
          lines.forEach(line -> text.append("     ").append(line).append('\n'));
          text.append("     initials [      ]  time (UTC) [          ]\n");
        }
      }
    }
    return text.toString();
  }

  /** One HTML file that needs nothing else and prints on A4 or Letter. */
  String html() {
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head>");
    html.append("<meta charset=\"utf-8\"><style>@page{margin:18mm}body{font:11pt sans-serif}");
    html.append("table{border-collapse:collapse;width:100%}tr{break-inside:avoid}");
    html.append("td{border:1px solid #888;padding:2mm;vertical-align:top}");
    html.append("td.box{width:22mm;color:#888;font-size:8pt}p,td{overflow-wrap:anywhere}");
    html.append("code{font:10pt monospace}</style></head><body>\n");
    boolean table = false;
    for (Part part : parts) {
      boolean numbered = part instanceof Numbered;
      if (numbered != table) {
        html.append(numbered ? "<table>\n" : "</table>\n");
        table = numbered;
      }
      html.append(html(part));
    }
    return html.append(table ? "</table>\n" : "").append("</body></html>\n").toString();
  }

  private static String html(Part part) {
    return switch (part) {
      case Title(var title) -> "<h1>" + escaped(title) + "</h1>\n";
      case Section(var title) -> "<h2>" + escaped(title) + "</h2>\n";
      case Line(var name, var value) ->
          "<p>"
              + (name.isEmpty() ? "" : escaped(name) + ": ")
              + "<code>"
              + escaped(value)
              + "</code></p>\n";
      case Numbered(var number, var head, var lines) -> {
        StringBuilder row = new StringBuilder("<tr><td>" + number + "</td><td>" + escaped(head));
        lines.forEach(line -> row.append("<br><code>").append(escaped(line)).append("</code>"));
        yield row.append(
                "</td><td class=\"box\">initials</td><td class=\"box\">time (UTC)</td></tr>\n")
            .toString();
      }
    };
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
