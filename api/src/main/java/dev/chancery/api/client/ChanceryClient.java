package dev.chancery.api.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Algorithm;
import dev.chancery.api.Custody;
import dev.chancery.api.Dialect;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client of Chancery's REST interface: HTTP/1.1 over TLS with a client certificate. Each method
 * is one request and is never repeated here. They throw {@link ChanceryProblem} when the server
 * says no or failed, {@link ServerUnreachableException} when no answer came (a signature may have
 * been made all the same; asking again with the same bytes gives it), and {@link
 * UnreadableAnswerException} when the answer is not one of this interface. Safe for many threads.
 */
public final class ChanceryClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_TYPE = "application/json";

  private final URI server;
  private final Duration timeout;
  private final HttpClient http;

  private ChanceryClient(URI server, Duration timeout, HttpClient http) {
    this.server = server;
    this.timeout = timeout;
    this.http = http;
  }

  /**
   * Where the server is, and who asks.
   *
   * @param server such as {@code https://localhost:8443}; its certificate must be for this name
   * @param ca PEM: the authorities that may have given the server its certificate, no others
   * @param certificate PEM: the client's certificate, then its issuers
   * @param key PEM: its private key, PKCS#8 without a password
   * @param timeout for connecting, and again for the whole answer
   */
  public record Settings(URI server, Path ca, Path certificate, Path key, Duration timeout) {
    public Settings {
      if (!"https".equals(server.getScheme()) || server.getHost() == null) {
        throw new IllegalArgumentException(
            "the server is named like https://localhost:8443, not \"" + server + "\"");
      }
    }
  }

  /**
   * A client; nothing is sent yet.
   *
   * @throws PemException if a file does not hold what it should
   * @throws IOException if a file cannot be read
   */
  public static ChanceryClient open(Settings settings) throws IOException {
    return with(
        settings.server(),
        settings.timeout(),
        MutualTls.context(settings.ca(), settings.certificate(), settings.key()));
  }

  /**
   * A client that shows no certificate; no server should speak to it. For trying that.
   *
   * @param ca PEM: the authorities that may have given the server its certificate, no others
   */
  public static ChanceryClient openWithoutCertificate(URI server, Path ca, Duration timeout)
      throws IOException {
    return with(server, timeout, MutualTls.trustingOnly(ca));
  }

  private static ChanceryClient with(URI server, Duration timeout, SSLContext tls) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .sslContext(tls)
            .build();
    return new ChanceryClient(server, timeout, http);
  }

  /**
   * Has metadata signed.
   *
   * @param role which of the two routes; the key must be of this role
   * @param signed the exact bytes of the {@code signed} object
   * @param snapshot with a timestamp, the whole snapshot file it names, to be verified too; or null
   */
  public SignedMetadata sign(Role role, KeyChoice key, byte[] signed, byte @Nullable [] snapshot) {
    return post("/v1/sign/" + role.id(), signingBody(key, signed, snapshot)).signed();
  }

  /**
   * Has a TUF 1.0 timestamp signed after all that clients would check was checked (TUF
   * specification 5); needs a registered root.
   *
   * @param snapshot the whole snapshot file it names
   * @param targets the whole targets file that the snapshot names
   */
  public SignedMetadata sign(KeyChoice key, byte[] signed, byte[] snapshot, byte[] targets) {
    Map<String, String> body = signingBody(key, signed, snapshot);
    body.put("targets", Base64.getEncoder().encodeToString(targets));
    return post("/v1/sign/" + Role.TIMESTAMP.id(), body).signed();
  }

  /** As {@link #sign}, but only asks whether it would be signed. */
  public CheckedMetadata check(
      Role role, KeyChoice key, byte[] signed, byte @Nullable [] snapshot) {
    return post("/v1/check/" + role.id(), signingBody(key, signed, snapshot)).checked();
  }

  /** Makes a key, or gives again the one that was made and never used. */
  public KeyInfo createKey(
      Dialect dialect, RepositoryName repository, Role role, Algorithm algorithm) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("dialect", dialect.id());
    body.put("repository", repository.value());
    body.put("role", role.id());
    body.put("algorithm", algorithm.id());
    return post("/v1/keys", body).key();
  }

  /** The keys this caller may know, of one repository or role where these are given. */
  public List<KeyInfo> keys(@Nullable RepositoryName repository, @Nullable Role role) {
    Map<String, String> query = new LinkedHashMap<>();
    if (repository != null) {
      query.put("repository", repository.value());
    }
    if (role != null) {
      query.put("role", role.id());
    }
    return get("/v1/keys", query).list("keys", Answer::key);
  }

  /** One key. */
  public KeyInfo key(KeyId id) {
    return get("/v1/keys/" + id.hex(), Map.of()).key();
  }

  /**
   * Takes a key out of use, for ever.
   *
   * @param reason for the record: 1 to 300 characters on one line
   */
  public KeyInfo freezeKey(KeyId id, String reason) {
    return post("/v1/keys/" + id.hex() + "/freeze", Map.of("reason", reason)).key();
  }

  /**
   * Puts a key of an old signer on the record as {@code foreign}; the same again changes nothing.
   *
   * @param id that of the public key
   * @param publicKey as the trust server has it, {@code public} of a Notary key object
   */
  public KeyInfo adoptKey(
      Dialect dialect,
      RepositoryName repository,
      Role role,
      Algorithm algorithm,
      KeyId id,
      byte[] publicKey) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("dialect", dialect.id());
    body.put("repository", repository.value());
    body.put("role", role.id());
    body.put("algorithm", algorithm.id());
    body.put("keyid", id.hex());
    body.put("publicKey", Base64.getEncoder().encodeToString(publicKey));
    return post("/v1/keys/adopt", body).key();
  }

  /**
   * Registers the versions that a repository had before it was signed here.
   *
   * @param timestamp null to leave it as it is; {@code snapshot} likewise
   * @param reason for the record: 1 to 300 characters on one line
   */
  public RepositoryInfo registerStart(
      RepositoryName repository,
      @Nullable Version timestamp,
      @Nullable Version snapshot,
      String reason) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("repository", repository.value());
    if (timestamp != null) {
      body.put("timestamp", String.valueOf(timestamp.number()));
    }
    if (snapshot != null) {
      body.put("snapshot", String.valueOf(snapshot.number()));
    }
    body.put("reason", reason);
    return post("/v1/repositories/start", body).repository();
  }

  /** The repositories this caller may know, by name; the one named where it is given. */
  public List<RepositoryInfo> repositories(@Nullable RepositoryName repository) {
    return get("/v1/repositories", ofRepository(repository))
        .list("repositories", Answer::repository);
  }

  /**
   * Retires all keys that a repository has now, for ever.
   *
   * @param reason for the record: 1 to 300 characters on one line
   */
  public RepositoryInfo retire(RepositoryName repository, String reason) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("repository", repository.value());
    body.put("reason", reason);
    return post("/v1/repositories/retire", body).repository();
  }

  /**
   * Says who signs a repository's snapshots.
   *
   * @param reason for the record: 1 to 300 characters on one line
   */
  public RepositoryInfo setCustody(RepositoryName repository, Custody custody, String reason) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("repository", repository.value());
    body.put("custody", custody.id());
    body.put("reason", reason);
    return post("/v1/repositories/custody", body).repository();
  }

  /**
   * Registers the root of a TUF 1.0 repository: the first by the caller's word, each later one
   * after the server verified it with the one before. The newest again changes nothing.
   *
   * @param root the root file
   * @param reason for the record: 1 to 300 characters on one line
   */
  public RepositoryInfo addRoot(RepositoryName repository, byte[] root, String reason) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("repository", repository.value());
    body.put("root", Base64.getEncoder().encodeToString(root));
    body.put("reason", reason);
    return post("/v1/repositories/root", body).repository();
  }

  /**
   * When each role of each repository with a registered root expires, by name.
   *
   * @param repository the only one asked for, or null
   */
  public List<DueInfo> due(@Nullable RepositoryName repository) {
    return get("/v1/repositories/due", ofRepository(repository)).list("due", Answer::due);
  }

  /** The watermarks this caller may know, of one repository where it is given. */
  public List<WatermarkInfo> watermarks(@Nullable RepositoryName repository) {
    return get("/v1/watermarks", ofRepository(repository)).list("watermarks", Answer::watermark);
  }

  /** As {@link #watermarks}, with the id of the ledger they are from. */
  public WatermarkListing watermarkListing(@Nullable RepositoryName repository) {
    return get("/v1/watermarks", ofRepository(repository)).watermarkListing();
  }

  /**
   * Sets keys to the documents of a list, all or none.
   *
   * @param list the file (docs/recovery.md, "The list")
   * @param digest what was approved, hexadecimal; must be that of the list
   * @param reason for the record: 1 to 300 characters on one line
   */
  public BulkAnswer rebase(byte[] list, String digest, String reason) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("list", Base64.getEncoder().encodeToString(list));
    body.put("digest", digest);
    body.put("reason", reason);
    return post("/v1/rebase", body).bulk();
  }

  /**
   * Raises watermarks to those of another signer, all or none.
   *
   * @param watermarks the file (docs/recovery.md, "Watermarks of another signer")
   * @param reason for the record: 1 to 300 characters on one line
   */
  public BulkAnswer importWatermarks(byte[] watermarks, String reason) {
    return post("/v1/watermarks/import", importBody(watermarks, reason)).bulk();
  }

  /** As {@link #importWatermarks}, but only asks what would become of it. */
  public BulkAnswer checkWatermarks(byte[] watermarks, String reason) {
    return post("/v1/watermarks/check", importBody(watermarks, reason)).bulk();
  }

  private static Map<String, String> importBody(byte[] watermarks, String reason) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("watermarks", Base64.getEncoder().encodeToString(watermarks));
    body.put("reason", reason);
    return body;
  }

  private static Map<String, String> ofRepository(@Nullable RepositoryName repository) {
    return repository == null ? Map.of() : Map.of("repository", repository.value());
  }

  /**
   * Lets the server's ledger go on, though the token's checkpoint does not fit it.
   *
   * @param reason for the record: 1 to 300 characters on one line
   * @return how many keys may jump with their next signature
   */
  public long rebaseLedger(String reason) {
    return post("/v1/rebase/ledger", Map.of("reason", reason)).number("resumed");
  }

  /**
   * Has the server's audit key say that a backup is a copy of its ledger.
   *
   * @param rows how many rows it has
   * @param headHash the hash of the last of them
   * @param contentSha256 of what the backup holds
   * @return a signed note
   */
  public String sealBackup(long rows, Sha256 headHash, Sha256 contentSha256) {
    return post(
            "/v1/backups",
            Map.of(
                "rows",
                String.valueOf(rows),
                "headHash",
                headHash.hex(),
                "contentSha256",
                contentSha256.hex()))
        .text("seal");
  }

  /** A checkpoint of the ledger as it is now, signed by its audit key. */
  public CheckpointInfo makeCheckpoint() {
    return send(request("/v1/audit/checkpoints").POST(BodyPublishers.noBody()).build())
        .checkpoint();
  }

  /** The newest checkpoint on the ledger's record. */
  public CheckpointInfo newestCheckpoint() {
    return get("/v1/audit/checkpoints/newest", Map.of()).checkpoint();
  }

  /** Says that the server's clock is right; the time it then had. */
  public Instant confirmClock() {
    return send(request("/v1/clock/confirm").POST(BodyPublishers.noBody()).build())
        .time("confirmed");
  }

  /** Ends its connections. */
  @Override
  public void close() {
    http.close();
  }

  private static Map<String, String> signingBody(
      KeyChoice key, byte[] signed, byte @Nullable [] snapshot) {
    Map<String, String> body = new LinkedHashMap<>();
    switch (key) {
      case KeyChoice.ById byId -> body.put("keyid", byId.id().hex());
      case KeyChoice.ByRepository named -> body.put("repository", named.repository().value());
    }
    body.put("signed", Base64.getEncoder().encodeToString(signed));
    if (snapshot != null) {
      body.put("snapshot", Base64.getEncoder().encodeToString(snapshot));
    }
    return body;
  }

  private Answer get(String path, Map<String, String> query) {
    StringJoiner text = new StringJoiner("&", query.isEmpty() ? "" : "?", "");
    query.forEach((name, value) -> text.add(name + "=" + encoded(value)));
    return send(request(path + text).GET().build());
  }

  private Answer post(String path, Map<String, String> body) {
    try {
      return send(
          request(path)
              .header("Content-Type", JSON_TYPE)
              .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
              .build());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text has a JSON form", e);
    }
  }

  private HttpRequest.Builder request(String pathAndQuery) {
    return HttpRequest.newBuilder(server.resolve(pathAndQuery))
        .timeout(timeout)
        .header("Accept", JSON_TYPE);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Answer send(HttpRequest request) {
    HttpResponse<byte[]> response;
    try {
      response = http.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerUnreachableException(server, "interrupted while waiting", e);
    } catch (IOException e) {
      throw new ServerUnreachableException(server, why(e), e);
    }
    JsonNode body = json(response.body());
    if (response.statusCode() != 200) {
      throw new ChanceryProblem(response.statusCode(), body);
    }
    if (body == null) {
      throw new UnreadableAnswerException(server + " answered something that is no JSON");
    }
    return new Answer(body);
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  private String why(IOException e) {
    return switch (e) {
      case HttpConnectTimeoutException timedOut ->
          "no connection within " + timeout.toSeconds() + " s";
      case HttpTimeoutException timedOut -> "no answer within " + timeout.toSeconds() + " s";
      case ConnectException refused -> "nothing listens there; is the server running?";
      case SSLException tls ->
          "TLS: "
              + tls.getMessage()
              + "; do the certificates and the server's name fit, and is the client's known to it?";
      default -> "the connection broke: " + e.getMessage();
    };
  }
}
