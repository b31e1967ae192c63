package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.api.client.MutualTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/** Asks a part of the service how it is. */
@FunctionalInterface
interface Health {
  /** Nothing if it is well, else what is wrong in one line. */
  Optional<String> problem();

  /**
   * Well is what answers 200.
   *
   * @param ca whose certificate a server with {@code https} must have
   */
  static Health http(URI uri, @Nullable Path ca) {
    return () -> {
      try {
        return ask(uri, ca);
      } catch (IOException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    };
  }

  private static Optional<String> ask(URI uri, @Nullable Path ca) throws IOException {
    HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    call.setConnectTimeout(5_000);
    call.setReadTimeout(5_000);
    if (ca != null && call instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(MutualTls.trustingOnly(ca).getSocketFactory());
    }
    try {
      int status = call.getResponseCode();
      return status == 200 ? Optional.empty() : Optional.of("HTTP " + status + " " + text(call));
    } finally {
      call.disconnect();
    }
  }

  private static String text(HttpURLConnection call) throws IOException {
    try (InputStream error = call.getErrorStream()) {
      return error == null ? "" : new String(error.readNBytes(500), UTF_8).strip();
    }
  }

  /** Well is what greets with a handshake of version 10, as MySQL and MariaDB do, and no error. */
  static Health mariaDb(Path socket) {
    return () -> {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(socket));
        ByteBuffer greeting = ByteBuffer.allocate(5);
        while (greeting.hasRemaining() && channel.read(greeting) >= 0) {
          // A packet is 3 bytes of length, 1 of sequence, then the content.
        }
        return greeting.get(4) == 10
            ? Optional.empty()
            : Optional.of("it greets, but with no handshake");
      } catch (IOException e) {
        return Optional.of(socket + ": " + e.getMessage());
      }
    };
  }
}
