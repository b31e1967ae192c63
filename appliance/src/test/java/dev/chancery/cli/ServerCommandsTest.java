package dev.chancery.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.chancery.api.KeyId;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.api.client.ChanceryClient;
import dev.chancery.api.client.PemException;
import dev.chancery.api.client.PemFiles;
import dev.chancery.cli.CommandLineFixture.Ended;
import dev.chancery.recovery.FileBytes;
import dev.chancery.recovery.RebaseList;
import dev.chancery.recovery.WatermarkFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands and their client against a server that says what each test wants. */
class ServerCommandsTest {
  private static final String KEYID = "12".repeat(32);
  private static final String SIGNED =
      """
      {"keyid":"%s","method":"ecdsa","sig":"c2ln","version":5,"canonicalSha256":"ab","sequence":41,
       "recorded":false,"warnings":["expiry slack used"],"later":"unknown members are left alone"}"""
          .formatted(KEYID);
  private static final String KEY =
      """
      {"keyid":"%s","dialect":"notary","repository":"r/a","role":"timestamp","algorithm":"ecdsa",
       "keytype":"ecdsa","publicKey":"cHVi",
       "key":{"keytype":"ecdsa","keyval":{"private":null,"public":"cHVi"}},"mode":"resident","status":"active","token":"t",
       "tokenKeyId":"k1","created":"2026-11-23T07:00:00Z"}"""
          .formatted(KEYID);

  @TempDir Path directory;
  private CommandLineFixture shell = new CommandLineFixture(Path.of(""));
  private @Nullable HttpsServer server;
  private int status = 200;
  private String answer = "{}";
  private String asked = "";
  private byte[] sent = new byte[0];
  private String caller = "";

  @BeforeEach
  void startServer() throws Exception {
    shell = new CommandLineFixture(directory);
    Files.createFile(directory.resolve("p11.so"));
    assertEquals(0, shell.run("init", "--module", "p11.so", "node").code());
    HttpsServer started =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = serverContext(directory.resolve("node/tls"));
    started.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters needed = context.getDefaultSSLParameters();
            needed.setNeedClientAuth(true);
            parameters.setSSLParameters(needed);
          }
        });
    started.createContext("/", this::handle);
    started.start();
    server = started;
  }

  @AfterEach
  void stopServer() {
    server().stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    sent = exchange.getRequestBody().readAllBytes();
    caller = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void signSendsTheBytesOfTheFileAndPrintsTheSignature() throws IOException {
    byte[] metadata = "{\"_type\":\"Timestamp\"} \n".getBytes(StandardCharsets.UTF_8);
    Files.write(directory.resolve("signed.json"), metadata);
    answer = SIGNED;
    Ended ended = run("sign", "timestamp", "signed.json", "--keyid", KEYID);
    assertEquals(0, ended.code(), ended.err());
    assertEquals("POST /v1/sign/timestamp", asked);
    assertEquals("CN=notary-server", caller);
    JsonNode body = new ObjectMapper().readTree(sent);
    assertEquals(KEYID, body.path("keyid").asText());
    assertArrayEquals(metadata, Base64.getDecoder().decode(body.path("signed").asText()));
    assertEquals(2, body.size());
    assertTrue(ended.out().startsWith("signed: timestamp version 5"), ended.out());
    assertTrue(ended.out().contains("c2ln") && ended.out().contains("row 41"), ended.out());
    assertTrue(ended.out().contains("warning: expiry slack used"), ended.out());
  }

  @Test
  void anEnvelopeIsSlicedAndASnapshotSentAlong() throws IOException {
    Files.writeString(directory.resolve("t.json"), "{\"signatures\":[],\"signed\":{ \"a\":1}}");
    Files.writeString(directory.resolve("s.json"), "snapshot file");
    answer = SIGNED;
    Ended ended =
        run(
            "sign",
            "timestamp",
            "t.json",
            "--envelope",
            "--repository",
            "r/\u00e4 b",
            "--snapshot",
            "s.json",
            "--json");
    assertEquals(0, ended.code(), ended.err());
    JsonNode body = new ObjectMapper().readTree(sent);
    assertEquals("r/\u00e4 b", body.path("repository").asText());
    assertEquals("{ \"a\":1}", decoded(body.path("signed")));
    assertEquals("snapshot file", decoded(body.path("snapshot")));
    assertEquals(5, new ObjectMapper().readTree(ended.out()).path("version").asInt());
  }

  @Test
  void checkSaysThatItWouldBeSigned() throws IOException {
    Files.writeString(directory.resolve("signed.json"), "{}");
    answer =
        """
        {"keyid":"%s","version":6,"canonicalSha256":"cd","wouldSign":true,"warnings":[]}"""
            .formatted(KEYID);
    Ended ended = run("check", "snapshot", "signed.json", "--keyid", KEYID, "--as", "operator");
    assertEquals(0, ended.code(), ended.err());
    assertEquals("POST /v1/check/snapshot", asked);
    assertEquals("CN=operator", caller);
    assertTrue(ended.out().startsWith("would be signed: snapshot version 6"), ended.out());
  }

  @Test
  void aRefusalIsPrintedWithEverythingItSays() throws IOException {
    Files.writeString(directory.resolve("signed.json"), "{}");
    status = 409;
    answer =
        """
        {"type":"urn:chancery:refusal:VERSION_ROLLBACK","title":"t","status":409,"detail":"d",
         "control":"VERSION_ROLLBACK","observed":"version 4","allowed":"5 or 6",
         "remedy":"send a newer one","watermark":5}""";
    Ended ended = run("sign", "timestamp", "signed.json", "--keyid", KEYID);
    assertEquals(ExitCode.REFUSED.number(), ended.code());
    assertEquals(
        """
        refused: VERSION_ROLLBACK
          observed:  version 4
          allowed:   5 or 6
          watermark: 5
          remedy:    send a newer one
        """,
        ended.err());
    assertEquals("", ended.out());
  }

  @Test
  void aFailureIsToldApartFromARefusal() {
    status = 503;
    answer =
        """
        {"status":503,"detail":"the token does not answer","failure":"TOKEN","reference":"r-1"}""";
    Ended ended = run("watermarks");
    assertEquals(ExitCode.UNAVAILABLE.number(), ended.code());
    assertTrue(ended.err().contains("the token does not answer (r-1)"), ended.err());
    assertEquals(1, ended.err().lines().count());
  }

  @Test
  void anAnswerThatIsNotOursIsToldAsSuch() {
    for (String strange : List.of("hello", "[]", "{}", "{\"watermarks\":[1]}", "")) {
      answer = strange;
      Ended ended = run("watermarks");
      assertEquals(ExitCode.UNAVAILABLE.number(), ended.code(), strange + ended.err());
      assertEquals(1, ended.err().lines().count(), strange);
    }
    status = 502;
    answer = "<html>";
    assertEquals(ExitCode.UNAVAILABLE.number(), run("watermarks").code());
  }

  @Test
  void keysAreListedShownMadeAndFrozen() throws IOException {
    answer = "{\"keys\":[" + KEY + "]}";
    Ended list = run("keys", "list", "--repository", "r/a &b", "--role", "timestamp");
    assertEquals("GET /v1/keys?repository=r%2Fa%20%26b&role=timestamp", asked);
    assertTrue(list.out().contains("r/a") && list.out().contains(KEYID), list.out());
    assertEquals("CN=operator", caller);
    JsonNode json = new ObjectMapper().readTree(run("keys", "list", "--json").out());
    assertEquals("GET /v1/keys", asked);
    assertEquals("k1", json.path(0).path("tokenKeyId").asText());
    answer = KEY;
    String shown = run("keys", "show", KEYID).out();
    assertTrue(shown.contains("resident: made in token t"), shown);
    assertTrue(shown.contains("\"keyval\":{\"private\":null,\"public\":\"cHVi\"}"), shown);
    assertEquals("GET /v1/keys/" + KEYID, asked);
    assertEquals(0, run("keys", "create", "--repository", "r/a", "--role", "snapshot").code());
    assertEquals("POST /v1/keys", asked);
    assertEquals("CN=notary-server", caller);
    assertEquals(
        "{\"dialect\":\"notary\",\"repository\":\"r/a\",\"role\":\"snapshot\","
            + "\"algorithm\":\"ecdsa\"}",
        new String(sent, StandardCharsets.UTF_8));
    assertEquals(0, run("keys", "freeze", KEYID, "--reason", "lost").code());
    assertEquals("POST /v1/keys/" + KEYID + "/freeze", asked);
    assertEquals("{\"reason\":\"lost\"}", new String(sent, StandardCharsets.UTF_8));
  }

  @Test
  void repositoriesAreListedShownRetiredAndGivenToTheirPublishers() throws IOException {
    String repository =
        """
        {"repository":"r/a","custody":"publisher","timestampStart":17,"keys":[{"keyid":"%s",
          "role":"snapshot","mode":"foreign","status":"retired"}]}"""
            .formatted(KEYID);
    answer = "{\"repositories\":[" + repository + "]}";
    Ended list = run("repository", "list");
    assertEquals("GET /v1/repositories", asked);
    assertEquals("CN=operator", caller);
    assertTrue(list.out().contains("r/a         publisher  0       1        1"), list.out());
    JsonNode json = new ObjectMapper().readTree(run("repository", "show", "r/a", "--json").out());
    assertEquals("GET /v1/repositories?repository=r%2Fa", asked);
    assertEquals("foreign", json.path("keys").path(0).path("mode").asText());
    Ended shown = run("repository", "show", "r/a");
    assertTrue(shown.out().contains("timestamps had version 17"), shown.out());
    answer = "{\"repositories\":[]}";
    assertEquals(ExitCode.REFUSED.number(), run("repository", "show", "r/b").code());
    answer = repository;
    assertEquals(0, run("repository", "retire", "r/a", "--reason", "gone").code());
    assertEquals("POST /v1/repositories/retire", asked);
    assertEquals("{\"repository\":\"r/a\",\"reason\":\"gone\"}", sentText());
    Ended custody = run("repository", "custody", "r/a", "publisher");
    assertEquals("POST /v1/repositories/custody", asked);
    assertTrue(sentText().startsWith("{\"repository\":\"r/a\",\"custody\":\"publisher\","));
    assertTrue(custody.out().contains("by the publisher"), custody.out());
    assertEquals(ExitCode.USAGE.number(), run("repository", "custody", "r/a", "somewhere").code());
  }

  @Test
  void startVersionsAreRegistered() {
    answer = "{\"repository\":\"r/a\",\"custody\":\"here\",\"snapshotStart\":12,\"keys\":[]}";
    Ended ended = run("repository", "start", "r/a", "--snapshot", "12");
    assertEquals("POST /v1/repositories/start", asked);
    assertTrue(sentText().contains("\"snapshot\":\"12\""), sentText());
    assertTrue(ended.out().contains("snapshots had version 12"), ended.out());
    assertEquals(ExitCode.USAGE.number(), run("repository", "start", "r/a").code());
    for (String wrong : List.of("0", "-1", "x", "2147483648", "1.0")) {
      int code = run("repository", "start", "r/a", "--timestamp", wrong).code();
      assertEquals(ExitCode.USAGE.number(), code, wrong);
    }
  }

  private String sentText() {
    return new String(sent, StandardCharsets.UTF_8);
  }

  @Test
  void watermarksAndTheClock() {
    answer =
        """
        {"watermarks":[{"keyid":"%s","repository":"r/a","role":"snapshot","version":9,
          "canonicalSha256":"ab","contents":2,"sequence":7,"time":"2026-11-23T07:00:00Z"}]}"""
            .formatted(KEYID);
    Ended ended = run("watermarks", "--repository", "r/a");
    assertEquals("GET /v1/watermarks?repository=r%2Fa", asked);
    assertTrue(ended.out().contains("snapshot  9        2 "), ended.out());
    answer = "{\"confirmed\":\"2026-11-23T07:00:00Z\"}";
    Ended clock = run("clock", "confirm");
    assertEquals("POST /v1/clock/confirm", asked);
    assertEquals(0, sent.length);
    assertEquals("clock confirmed at 2026-11-23T07:00:00Z\n", clock.out());
  }

  private static RebaseList list() {
    return new RebaseList(
        "ab".repeat(16),
        Instant.parse("2026-11-23T07:00:00Z"),
        "https://localhost:4443",
        List.of(
            new RebaseList.Entry(
                new KeyId(KEYID),
                new RepositoryName("r/a"),
                Role.TIMESTAMP,
                new Version(11),
                new Version(9),
                Sha256.of(new byte[] {1}),
                new FileBytes(new byte[] {2}))));
  }

  @Test
  void aListIsSentOnceItsDigestWasApproved() throws IOException {
    Files.write(directory.resolve("list.json"), list().encode());
    String digest = list().digest().hex();
    answer = "{\"changed\":1,\"unchanged\":0}";
    Ended nobodyAsked = run("rebase", "apply", "--reason", "x", "list.json");
    assertEquals(ExitCode.USAGE.number(), nobodyAsked.code());
    assertTrue(nobodyAsked.out().contains("r/a         timestamp  11    9"), nobodyAsked.out());
    assertTrue(nobodyAsked.out().contains(digest), nobodyAsked.out());
    Ended other = run("rebase", "apply", "--reason", "x", "--digest", "00".repeat(32), "list.json");
    assertEquals(ExitCode.REFUSED.number(), other.code());
    assertEquals("", asked);

    Ended ended = run("rebase", "apply", "--reason", "lost", "--digest", digest, "list.json");
    assertEquals(0, ended.code(), ended.err());
    assertEquals("POST /v1/rebase", asked);
    assertEquals("CN=operator", caller);
    JsonNode body = new ObjectMapper().readTree(sent);
    assertEquals(digest, body.path("digest").asText());
    assertEquals("lost", body.path("reason").asText());
    assertEquals(new String(list().encode(), StandardCharsets.UTF_8), decoded(body.path("list")));
  }

  @Test
  void everyEntryOfAListThatWasRefusedIsPrinted() throws IOException {
    Files.write(directory.resolve("list.json"), list().encode());
    status = 409;
    answer =
        """
        {"type":"urn:chancery:refusal:WATERMARK_MOVED","title":"t","status":409,"detail":"d",
         "control":"WATERMARK_MOVED","observed":"11","allowed":"12","remedy":"again",
         "refusals":[{"keyid":"%s","control":"WATERMARK_MOVED","observed":"11","allowed":"12",
           "remedy":"again"},{"keyid":"%s","control":"KEY_UNKNOWN","observed":"a","allowed":"b",
           "remedy":"c"}]}"""
            .formatted(KEYID, "34".repeat(32));
    Ended ended =
        run("rebase", "apply", "--reason", "x", "--digest", list().digest().hex(), "list.json");
    assertEquals(ExitCode.REFUSED.number(), ended.code());
    assertTrue(
        ended.err().contains("  key " + "34".repeat(32) + ": KEY_UNKNOWN, observed a"),
        ended.err());
  }

  @Test
  void aListThatIsNoneIsToldInOneLine() throws IOException {
    Files.writeString(directory.resolve("list.json"), "{}");
    Ended ended = run("rebase", "apply", "--reason", "x", "list.json");
    assertEquals(ExitCode.NO_INPUT.number(), ended.code());
    assertEquals(1, ended.err().lines().count());
    assertEquals("", asked);
  }

  @Test
  void watermarksAreExportedAndImportedWithDocumentsBesideThem() throws IOException {
    String document = "{\"signed\":{\"version\":9},\"signatures\":[{\"keyid\":\"" + KEYID + "\"}]}";
    Files.createDirectories(directory.resolve("served/deep"));
    Files.writeString(directory.resolve("served/deep/any.name"), document);
    Files.writeString(
        directory.resolve("served/older.json"), document.replace("\"version\":9", "\"version\":8"));
    Files.writeString(directory.resolve("served/notes.txt"), "no metadata");
    answer =
        """
        {"ledger":"%s","keys":[%s],"watermarks":[{"keyid":"%s","repository":"r/a",
          "role":"timestamp","version":9,"canonicalSha256":"%s","contents":2,"sequence":7,
          "time":"2026-11-23T07:00:00Z"}]}"""
            .formatted("ab".repeat(16), KEY, KEYID, "cd".repeat(32));
    assertEquals(0, run("watermarks", "export", "--out", "w.json").code());
    Ended again = run("watermarks", "export", "--out", "w.json");
    assertEquals(ExitCode.CANNOT_CREATE.number(), again.code());
    byte[] exported = Files.readAllBytes(directory.resolve("w.json"));
    WatermarkFile.Entry mark = WatermarkFile.parse(exported).entries().getFirst();
    assertEquals("cd".repeat(32), mark.canonicalSha256().hex());
    assertEquals(null, mark.document());

    answer = "{\"changed\":0,\"unchanged\":1}";
    Ended check = run("watermarks", "import", "--check", "w.json");
    assertEquals("POST /v1/watermarks/check", asked);
    assertTrue(check.out().startsWith("0 watermarks would be raised, 1 were"), check.out());
    Ended ended =
        run("watermarks", "import", "--reason", "moved", "--documents", "served", "w.json");
    assertEquals("POST /v1/watermarks/import", asked);
    assertTrue(ended.out().contains("1 had a document"), ended.out());
    WatermarkFile.Entry imported =
        WatermarkFile.parse(
                decoded(new ObjectMapper().readTree(sent).path("watermarks"))
                    .getBytes(StandardCharsets.UTF_8))
            .entries()
            .getFirst();
    assertEquals(new FileBytes(document.getBytes(StandardCharsets.UTF_8)), imported.document());
    assertEquals(
        Sha256.of("{\"version\":9}".getBytes(StandardCharsets.UTF_8)), imported.canonicalSha256());
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTalkedTo() {
    assertEquals(0, shell.run("init", "--module", "p11.so", "other").code());
    Ended ended = run("watermarks", "--ca", "other/tls/ca.crt");
    assertEquals(ExitCode.UNAVAILABLE.number(), ended.code());
    assertTrue(ended.err().contains("TLS"), ended.err());
    assertEquals("", asked);
  }

  @Test
  void nobodyThereAndNoFileAreToldInOneLine() {
    server().stop(0);
    Ended nobody = run("watermarks");
    assertEquals(ExitCode.UNAVAILABLE.number(), nobody.code());
    assertTrue(nobody.err().contains("is the server running?"), nobody.err());
    Ended noFile = run("sign", "timestamp", "none.json", "--keyid", KEYID);
    assertEquals(ExitCode.NO_INPUT.number(), noFile.code());
    assertTrue(noFile.err().contains("none.json does not exist"), noFile.err());
    Ended noKey = run("watermarks", "--as", "nobody");
    assertEquals(ExitCode.NO_INPUT.number(), noKey.code());
    assertEquals(ExitCode.USAGE.number(), run("watermarks", "--as", "../x").code());
    Ended plain = shell.run("watermarks", "--dir", "node", "--server", "http://localhost:1");
    assertEquals(ExitCode.USAGE.number(), plain.code());
  }

  @Test
  void aKeyFileInAnotherFormIsRefusedWithoutShowingIt() throws IOException {
    Path file = directory.resolve("key.pem");
    Files.writeString(file, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    PemException refused = assertThrows(PemException.class, () -> PemFiles.privateKey(file));
    assertTrue(String.valueOf(refused.getMessage()).contains("openssl pkcs8"));
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    refused = assertThrows(PemException.class, () -> PemFiles.privateKey(file));
    assertTrue(!String.valueOf(refused.getMessage()).contains("c2VjcmV0"));
    Files.writeString(file, "nothing");
    assertThrows(PemException.class, () -> PemFiles.privateKey(file));
    assertThrows(PemException.class, () -> PemFiles.certificates(file));
  }

  @Test
  void aServerIsNamedByAnHttpsUrl() {
    Path any = Path.of("x");
    for (String wrong : List.of("http://localhost", "localhost:8443", "https:/x")) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new ChanceryClient.Settings(URI.create(wrong), any, any, any, Duration.ofSeconds(1)));
    }
  }

  private Ended run(String... command) {
    String[] all = new String[command.length + 4];
    System.arraycopy(command, 0, all, 0, command.length);
    all[command.length] = "--dir";
    all[command.length + 1] = "node";
    all[command.length + 2] = "--server";
    all[command.length + 3] = "https://localhost:" + server().getAddress().getPort();
    return shell.run(all);
  }

  private HttpsServer server() {
    return Objects.requireNonNull(server);
  }

  private static String decoded(JsonNode base64) {
    return new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.UTF_8);
  }

  private static SSLContext serverContext(Path tls) throws GeneralSecurityException, IOException {
    char[] none = new char[0];
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, none);
    trusted.setCertificateEntry("ca", PemFiles.certificates(tls.resolve("ca.crt")).getFirst());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, none);
    own.setKeyEntry(
        "server",
        PemFiles.privateKey(tls.resolve("server.key")),
        none,
        PemFiles.certificates(tls.resolve("server.crt")).toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, none);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
