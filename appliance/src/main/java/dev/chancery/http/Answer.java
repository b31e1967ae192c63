package dev.chancery.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A whole answer, ready to be sent.
 *
 * @param outcome what metrics count it as: {@code ok}, a control id or the name of a failure
 * @param body JSON in UTF-8; nobody changes it
 * @param headers beside Content-Type and Cache-Control
 */
@SuppressWarnings("ArrayRecordComponent") // made, sent and forgotten; nobody compares two
record Answer(int status, String outcome, String contentType, byte[] body, HttpFields headers) {
  static final String JSON = "application/json";
  static final String PROBLEM = "application/problem+json";

  /** Signatures and verdicts are of the moment. */
  static final HttpField NO_STORE = new HttpField(HttpHeader.CACHE_CONTROL, "no-store");

  static Answer ok(byte[] json) {
    return new Answer(200, "ok", JSON, json, HttpFields.EMPTY);
  }

  /** Sends it from outside the servlet. */
  void send(Response response, Callback callback) {
    response.setStatus(status);
    headers.forEach(response.getHeaders()::put);
    response.getHeaders().put(NO_STORE);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
