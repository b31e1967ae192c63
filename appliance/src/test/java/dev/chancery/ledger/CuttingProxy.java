package dev.chancery.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Passes connections on, and cuts them all in the middle of what one side sends. */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile boolean requests = true;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  CuttingProxy(int target) {
    this.target = target;
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /**
   * After so many more bytes everything is cut, once.
   *
   * @param ofRequests whether bytes from clients count, or those to them
   */
  void cutAfter(long bytes, boolean ofRequests) {
    requests = ofRequests;
    left.set(bytes);
  }

  /** How often everything was cut. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> pass(client, server, true));
        Thread.ofVirtual().start(() -> pass(server, client, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to, boolean isRequest) {
    byte[] buffer = new byte[4096];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (isRequest == requests) {
          long before = left.getAndAdd(-n);
          if (before < n) {
            out.write(buffer, 0, (int) Math.max(0, before));
            left.set(Long.MAX_VALUE);
            cuts.incrementAndGet();
            open.forEach(CuttingProxy::shut);
            open.clear();
            return;
          }
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // Cut, or one end is gone.
    }
  }

  private static void shut(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was closed.
    }
  }

  @Override
  public void close() {
    shut(listening);
    open.forEach(CuttingProxy::shut);
  }
}
