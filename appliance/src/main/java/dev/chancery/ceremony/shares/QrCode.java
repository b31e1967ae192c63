package dev.chancery.ceremony.shares;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.Map;

/**
 * A QR code (ISO/IEC 18004) of capitals, digits and hyphens, with error correction Q: a quarter of
 * it may be unreadable.
 */
final class QrCode {
  private static final int QUIET_ZONE = 4;

  private final BitMatrix modules;

  private QrCode(BitMatrix modules) {
    this.modules = modules;
  }

  static QrCode of(char[] text) {
    try {
      return new QrCode(
          new QRCodeWriter()
              .encode(
                  new String(text),
                  BarcodeFormat.QR_CODE,
                  0,
                  0,
                  Map.of(
                      EncodeHintType.MARGIN,
                      QUIET_ZONE,
                      EncodeHintType.ERROR_CORRECTION,
                      ErrorCorrectionLevel.Q)));
    } catch (WriterException e) {
      // Without its cause, whose message could hold the text.
      throw new IllegalArgumentException("does not fit into a QR code");
    }
  }

  /** How many modules it is wide and high, its quiet zone included. */
  int size() {
    return modules.getWidth();
  }

  /** Whether the module is dark. */
  boolean dark(int x, int y) {
    return modules.get(x, y);
  }

  /** One SVG element, 50 mm wide. */
  String svg() {
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < size(); y++) {
      for (int x = 0; x < size(); x++) {
        if (dark(x, y)) {
          path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
        }
      }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"50mm\" height=\"50mm\" viewBox=\"0 0 "
        + size()
        + ' '
        + size()
        + "\" shape-rendering=\"crispEdges\"><path d=\""
        + path
        + "\"/></svg>";
  }

  /** Lines of half blocks, two rows of modules in each, for a terminal with dark on light. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < size(); y += 2) {
      for (int x = 0; x < size(); x++) {
        boolean upper = dark(x, y);
        boolean lower = y + 1 < size() && dark(x, y + 1);
        text.append(upper ? (lower ? '\u2588' : '\u2580') : (lower ? '\u2584' : ' '));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
