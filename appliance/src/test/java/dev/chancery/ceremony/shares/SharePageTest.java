package dev.chancery.ceremony.shares;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharePageTest {
  private final NewShares made =
      NewShares.make(Purpose.USER, 2, 3, new SlowHash(64, 1), new SecureRandom());
  private final Share share = made.shares().get(1);
  private final SharePage page = new SharePage(share, "Ada <CTO>", "root 00ff", "c-1");

  @Test
  void theQrCodeHoldsWhatIsTyped() throws ReaderException {
    QrCode code = QrCode.of(share.text());
    int scale = 4;
    int size = code.size() * scale;
    int[] pixels = new int[size * size];
    Arrays.setAll(
        pixels, i -> code.dark(i % size / scale, i / size / scale) ? 0xFF000000 : 0xFFFFFFFF);
    var bitmap =
        new BinaryBitmap(new GlobalHistogramBinarizer(new RGBLuminanceSource(size, size, pixels)));
    String read = new QRCodeReader().decode(bitmap, Map.of()).getText();
    assertArrayEquals(share.body(), Share.read(read.toCharArray()).body());
  }

  @Test
  void thePaperSaysWhatItIsAndCarriesEveryGroup() {
    String text = page.text();
    String html = page.html();
    assertTrue(text.startsWith("Share 2 of the user PIN\n"), text);
    assertTrue(text.contains("share 2, 2 needed"), text);
    assertTrue(html.contains("Ada &lt;CTO&gt;"), html);
    int number = 1;
    for (String group : new String(share.text()).split("-", -1)) {
      assertTrue(text.contains(String.format("%2d:%s", number++, group)), text);
      assertTrue(html.contains("<li>" + group + "</li>"), html);
    }
    assertTrue(html.contains("<svg "), "with its QR code");
    assertFalse(html.contains("http://") && html.contains("src="), "needs nothing from elsewhere");
  }

  @Test
  void theQrCodeForATerminalHasTwoRowsInALine() {
    QrCode code = QrCode.of(share.text());
    assertEquals((code.size() + 1) / 2, code.text().lines().count());
    assertTrue(page.textWithQr().endsWith(code.text()));
  }

  @Test
  void aPageDoesNotShowItsShareInALog() {
    assertEquals("SharePage[" + share + "]", page.toString());
    assertFalse(page.toString().contains(new String(share.text(), 0, 5)));
  }
}
