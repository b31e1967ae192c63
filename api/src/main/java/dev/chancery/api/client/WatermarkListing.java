package dev.chancery.api.client;

import java.util.List;

/**
 * Watermarks, and where they are from.
 *
 * @param ledger id of the server's ledger, 32 hexadecimal digits
 */
public record WatermarkListing(String ledger, List<WatermarkInfo> watermarks) {
  public WatermarkListing {
    watermarks = List.copyOf(watermarks);
  }
}
