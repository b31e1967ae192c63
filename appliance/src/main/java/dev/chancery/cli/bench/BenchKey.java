package dev.chancery.cli.bench;

import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * One repository's timestamp key and the versions asked for with it, one after the other. Each
 * timestamp names a new snapshot, as after a publication, and has the size of a real one: about 280
 * bytes in Notary, and in TUF 1.0, where it gives length and sha256, 210. For one thread.
 */
final class BenchKey {
  private static final Duration LIFE = Duration.ofDays(14);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSS").withZone(ZoneOffset.UTC);
  private static final int SHA256_BYTES = 32;
  private static final int SHA512_BYTES = 64;

  private final Dialect dialect;
  private final String head;
  private final String bodyStart;
  private final byte[] id;
  private int version;

  /**
   * @param host for the header of that name
   */
  BenchKey(Dialect dialect, KeyId id, String host) {
    this.dialect = dialect;
    this.head =
        "POST /v1/sign/timestamp HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: application/json\r\nContent-Length: ";
    this.bodyStart = "{\"keyid\":\"" + id.hex() + "\",\"signed\":\"";
    this.id = HexFormat.of().parseHex(id.hex());
  }

  /** The bytes of the next HTTP request. */
  byte[] nextRequest(Instant now) {
    version++;
    String body = bodyStart + Base64.getEncoder().encodeToString(signed(now)) + "\"}";
    return (head + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] signed(Instant now) {
    return switch (dialect) {
      case NOTARY -> notary(now);
      case TUF -> tuf(now);
    };
  }

  private byte[] tuf(Instant now) {
    String text =
        "{\"_type\":\"timestamp\",\"expires\":\""
            + now.plus(LIFE).truncatedTo(ChronoUnit.SECONDS)
            + "\",\"meta\":{\"snapshot.json\":{\"hashes\":{\"sha256\":\""
            + HexFormat.of().formatHex(digest(SHA256_BYTES))
            + "\"},\"length\":683,\"version\":"
            + version
            + "}},\"spec_version\":\"1.0.31\",\"version\":"
            + version
            + "}";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] notary(Instant now) {
    String text =
        "{\"_type\":\"Timestamp\",\"expires\":\""
            + TIME.format(now.plus(LIFE))
            // A ninth digit that is not 0, for Go would leave that off.
            + "7Z\",\"meta\":{\"snapshot\":{\"hashes\":{\"sha256\":\""
            + base64(digest(SHA256_BYTES))
            + "\",\"sha512\":\""
            + base64(digest(SHA512_BYTES))
            + "\"},\"length\":683}},\"version\":"
            + version
            + "}";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Of this key and version alone; nobody can tell it from a real one. */
  private byte[] digest(int length) {
    byte[] digest = Arrays.copyOf(id, length);
    ByteBuffer.wrap(digest).putInt(0, version);
    return digest;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
