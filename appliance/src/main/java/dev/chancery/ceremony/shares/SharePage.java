package dev.chancery.ceremony.shares;

import java.util.Arrays;
import java.util.Locale;

/**
 * The paper that a custodian takes home in a sealed bag: what it is, 14 numbered groups to type,
 * and the same as a QR code. The strings made here cannot be wiped; print on a machine that is
 * switched off after the ceremony, and keep no file.
 *
 * @param share not kept
 * @param holder whom it is for
 * @param token label and serial number of the token
 * @param ceremony the ceremony's id
 */
public record SharePage(Share share, String holder, String token, String ceremony) {
  private static final int GROUPS_PER_LINE = 7;

  /** Plain text: what is typed, in numbered groups. */
  public String text() {
    StringBuilder page = new StringBuilder();
    page.append(title()).append("\n\n");
    for (String line : facts()) {
      page.append(line).append('\n');
    }
    String[] groups = groups();
    for (int i = 0; i < groups.length; i++) {
      page.append(i % GROUPS_PER_LINE == 0 ? "\n  " : "  ");
      page.append(String.format(Locale.ROOT, "%2d:%s", i + 1, groups[i]));
    }
    return page.append("\n\n").append(advice()).append('\n').toString();
  }

  /** The text with the QR code in half blocks beneath it. */
  public String textWithQr() {
    char[] typed = share.text();
    try {
      return text() + "\n" + QrCode.of(typed).text();
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  /** One printable page, A4 or Letter, that needs nothing else. */
  public String html() {
    char[] typed = share.text();
    try {
      StringBuilder page = new StringBuilder();
      page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
      page.append(escaped(title())).append("</title><style>@page{margin:20mm}");
      page.append("body{font:12pt sans-serif}ol{font:14pt monospace;columns:2}");
      page.append("</style></head><body>\n<h1>").append(escaped(title())).append("</h1>\n");
      for (String line : facts()) {
        page.append("<p>").append(escaped(line)).append("</p>\n");
      }
      page.append("<ol>\n");
      for (String group : groups()) {
        page.append("<li>").append(group).append("</li>\n");
      }
      page.append("</ol>\n").append(QrCode.of(typed).svg());
      return page.append("\n<p>")
          .append(escaped(advice()))
          .append("</p></body></html>\n")
          .toString();
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  private String title() {
    return "Share " + share.index() + " of the " + share.purpose().words();
  }

  private String[] facts() {
    return new String[] {
      "For: " + holder,
      "Token: " + token,
      "Share set: " + share.set() + ", share " + share.index() + ", " + share.needed() + " needed",
      "Ceremony: " + ceremony,
      "Tamper bag no.: ____________________   Date and initials: ____________________"
    };
  }

  private String[] groups() {
    char[] typed = share.text();
    try {
      return new String(typed).split("-", -1);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  private static String advice() {
    return "Keep this page in its sealed bag, apart from every other share. Nobody may ask you for it"
        + " outside a ceremony. Type the groups with hyphens or spaces; 0 is zero, 1 is one.";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  public String toString() {
    return "SharePage[" + share + "]";
  }
}
