package dev.chancery.ceremony.bundle;

import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * POSIX ustar archives with one form for each content: regular files sorted by name, mode 0644,
 * owner 0, time 0, two empty blocks at the end. A reader that accepts nothing else has nothing to
 * decide: links, devices, long-name extensions and trailing bytes are no bundle.
 */
final class Tar {
  static final int MAX_FILES = 1_100;
  static final int MAX_FILE_BYTES = 1_048_576;
  static final int MAX_BYTES = 16_777_216;

  private static final int BLOCK = 512;
  private static final int NAME_BYTES = 100;

  private Tar() {}

  /** The archive of {@code files}, whose names are ASCII of at most 100 characters. */
  static byte[] write(SortedMap<String, byte[]> files) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    files.forEach(
        (name, content) -> {
          tar.writeBytes(header(name, content.length));
          tar.writeBytes(content);
          tar.writeBytes(new byte[padding(content.length)]);
        });
    tar.writeBytes(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private static int padding(int length) {
    return (BLOCK - length % BLOCK) % BLOCK;
  }

  private static byte[] header(String name, int length) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", length) + "00000000000\0");
    put(header, 148, "        0"); // the checksum counts as spaces; then "regular file"
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xFF;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /**
   * The files by name.
   *
   * @throws RefusedException {@code BUNDLE_TOO_LARGE}, {@code BUNDLE_NAME}, {@code BUNDLE_DOUBLED}
   *     or {@code BUNDLE_FORM}
   */
  static SortedMap<String, byte[]> read(byte[] tar) {
    limit(tar.length, MAX_BYTES, "bytes in all");
    SortedMap<String, byte[]> files = new TreeMap<>();
    int at = 0;
    while (at + BLOCK <= tar.length && tar[at] != 0) {
      byte[] header = Arrays.copyOfRange(tar, at, at + BLOCK);
      String name = name(header);
      int length = length(header);
      at += BLOCK;
      check(name, length, header, files);
      if (tar.length - at < length + padding(length)) {
        throw form("an end that comes too early");
      }
      files.put(name, Arrays.copyOfRange(tar, at, at + length));
      limit(files.size(), MAX_FILES, "files");
      at += length + padding(length);
    }
    if (!Arrays.equals(write(files), tar)) {
      throw form("an archive in another form");
    }
    return files;
  }

  private static void check(
      String name, int length, byte[] header, SortedMap<String, byte[]> files) {
    BundleName.check(name);
    if (files.containsKey(name)) {
      throw new RefusedException(
          Refusal.BUNDLE_DOUBLED,
          Quote.of(name) + " twice",
          "each file once",
          "have the bundle exported again");
    }
    limit(length, MAX_FILE_BYTES, "bytes in " + Quote.of(name));
    if (!Arrays.equals(header(name, length), header)) {
      throw form("a header in another form at " + Quote.of(name));
    }
  }

  private static String name(byte[] header) {
    int end = 0;
    while (end < NAME_BYTES && header[end] != 0) {
      end++;
    }
    return new String(header, 0, end, StandardCharsets.ISO_8859_1);
  }

  private static int length(byte[] header) {
    String octal = new String(header, 124, 11, StandardCharsets.ISO_8859_1);
    if (!octal.matches("[0-7]{11}")) {
      throw form("a length that is not 11 octal digits");
    }
    return (int) Math.min(Long.parseLong(octal, 8), Integer.MAX_VALUE);
  }

  private static void limit(int is, int most, String what) {
    if (is > most) {
      throw new RefusedException(
          Refusal.BUNDLE_TOO_LARGE,
          is + " " + what,
          "at most " + most,
          "have the bundle exported again");
    }
  }

  private static RefusedException form(String observed) {
    return new RefusedException(
        Refusal.BUNDLE_FORM,
        observed,
        "a ustar archive as bundles are written: sorted names, mode 0644, time 0",
        "have the bundle exported again, and do not unpack and pack it");
  }
}
