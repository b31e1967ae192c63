package dev.chancery.cli.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One kept-alive HTTP/1.1 connection over TLS that does no more than the bench needs, because what
 * the client costs is taken from the server on the same cores: requests are bytes, and of an answer
 * it reads status, length and body (RFC 9112). For one thread.
 */
final class Connection implements AutoCloseable {
  private static final int BUFFER = 16_384;
  private static final String LENGTH = "\r\ncontent-length:";
  private static final int STATUS_AT = "HTTP/1.1 ".length();

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[BUFFER];
  private int filled;

  private Connection(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  static Connection open(SSLContext tls, InetSocketAddress address, int timeoutMillis)
      throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeoutMillis);
      socket.connect(address, timeoutMillis);
      socket.startHandshake();
      return new Connection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** An answer. */
  record Response(int status, String body) {}

  /** Sends {@code request} and waits for the whole answer. */
  Response exchange(byte[] request) throws IOException {
    out.write(request);
    out.flush();
    filled = 0;
    int bodyAt = readHead();
    String head =
        new String(buffer, 0, bodyAt, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    int length = length(head);
    while (filled < bodyAt + length) {
      fill();
    }
    int status = Integer.parseInt(head.substring(STATUS_AT, STATUS_AT + 3));
    return new Response(status, new String(buffer, bodyAt, length, StandardCharsets.UTF_8));
  }

  /** Where the body begins. */
  private int readHead() throws IOException {
    int from = 0;
    while (true) {
      fill();
      for (int i = from; i + 3 < filled; i++) {
        if (buffer[i] == '\r'
            && buffer[i + 1] == '\n'
            && buffer[i + 2] == '\r'
            && buffer[i + 3] == '\n') {
          return i + 4;
        }
      }
      from = Math.max(0, filled - 3);
    }
  }

  private static int length(String head) throws IOException {
    int at = head.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("an answer without Content-Length: " + head.strip());
    }
    int end = head.indexOf('\r', at + LENGTH.length());
    return Integer.parseInt(head.substring(at + LENGTH.length(), end).strip());
  }

  private void fill() throws IOException {
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      throw new EOFException("the server closed the connection");
    }
    filled += read;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
