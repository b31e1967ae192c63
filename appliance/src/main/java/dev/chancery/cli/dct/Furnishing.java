package dev.chancery.cli.dct;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.chancery.cli.Parts;
import dev.chancery.cli.Surroundings;
import dev.chancery.cli.init.CertificateAuthority;
import dev.chancery.cli.init.NewAppliance;
import dev.chancery.cli.init.Pem;
import dev.chancery.config.PolicyConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills the directory of a service with all that its programs need. */
final class Furnishing {
  private static final String COMPLETE = Stack.APPLIANCE_DIRECTORY + "/chancery.yaml";
  private static final String SCHEMA_RESOURCE = "/dev/chancery/cli/dct/notary-server.sql";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ServiceDirectory home;
  private final Settings settings;
  private final Parts parts;
  private final Surroundings surroundings;

  Furnishing(ServiceDirectory home, Settings settings, Parts parts, Surroundings surroundings) {
    this.home = home;
    this.settings = settings;
    this.parts = parts;
    this.surroundings = surroundings;
  }

  /** Whether the appliance is there; from then on the ports stay as they are. */
  static boolean isDone(Path directory) {
    return Files.exists(directory.resolve(COMPLETE));
  }

  /**
   * Makes what is missing. The configurations of notary-server and docker-registry are written anew
   * each time; appliance and certificates are made once.
   *
   * @param module SoftHSM's library
   * @throws dev.chancery.hsm.TokenException if no token could be made
   */
  void complete(Path module) throws IOException {
    home.directory("run");
    home.directory("log");
    home.directory(Stack.REGISTRY_DATA);
    if (!settings.memory()) {
      home.directory(Stack.DATABASE_DATA);
    }
    if (!isDone(home.path())) {
      // What an init that was killed has left: nothing was ever signed with it.
      Trees.remove(home.resolve(Stack.APPLIANCE_DIRECTORY));
      makeAppliance(module);
    }
    if (!home.has(Stack.SERVER_KEY)) {
      makeCertificates();
    }
    home.write(Stack.SCHEMA, schema());
    home.write(Stack.SERVER_CONFIG, serverConfig());
    home.write(Stack.REGISTRY_CONFIG, registryConfig());
  }

  private void makeAppliance(Path module) throws IOException {
    NewAppliance maker =
        new NewAppliance(
            parts.tokens(),
            parts.ledgers(),
            parts.auditKeys(),
            surroundings.random(),
            surroundings.clock().instant());
    maker.make(
        new NewAppliance.Plan(
            home.resolve(Stack.APPLIANCE_DIRECTORY),
            module,
            "chancery-dct",
            PolicyConfig.Profile.STANDARD,
            settings.ports().rest(),
            settings.ports().grpc(),
            settings.ports().probes(),
            List.of("localhost"),
            List.of(InetAddress.ofLiteral("127.0.0.1"))));
  }

  /**
   * notary-server's own, of an authority that exists for this one certificate: its key is never
   * written. The appliance's authority is another; it says who may ask for signatures.
   */
  private void makeCertificates() throws IOException {
    CertificateAuthority authority =
        CertificateAuthority.create(
            "Chancery DCT trial CA", surroundings.random(), surroundings.clock().instant());
    CertificateAuthority.Identity server =
        authority.server(
            "notary-server", List.of("localhost"), List.of(InetAddress.ofLiteral("127.0.0.1")));
    home.write(Stack.CA, Pem.of(authority.own().certificate()));
    home.write(Stack.SERVER_CERTIFICATE, Pem.of(server.certificate()));
    home.write(Stack.SERVER_KEY, Pem.of(server.keys().getPrivate()));
  }

  private String serverConfig() throws JsonProcessingException {
    Path tls = home.resolve(Stack.APPLIANCE_DIRECTORY).resolve("tls");
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(
        "server",
        ordered(
            "http_addr", "127.0.0.1:" + settings.ports().server(),
            "tls_cert_file", home.resolve(Stack.SERVER_CERTIFICATE).toString(),
            "tls_key_file", home.resolve(Stack.SERVER_KEY).toString()));
    config.put(
        "trust_service",
        ordered(
            "type", "remote",
            "hostname", "localhost",
            "port", String.valueOf(settings.ports().grpc()),
            "key_algorithm", "ecdsa",
            "tls_ca_file", tls.resolve("ca.crt").toString(),
            "tls_client_cert", tls.resolve(NewAppliance.TRUST_SERVER + ".crt").toString(),
            "tls_client_key", tls.resolve(NewAppliance.TRUST_SERVER + ".key").toString()));
    config.put("logging", ordered("level", "info"));
    config.put(
        "storage",
        settings.memory()
            ? ordered("backend", "memory")
            : ordered(
                "backend",
                "mysql",
                "db_url",
                "notary@unix(" + home.resolve(Stack.SOCKET) + ")/notary?parseTime=true"));
    return JSON.writeValueAsString(config) + "\n";
  }

  private static Map<String, String> ordered(String... namesAndValues) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  /** Plain HTTP: docker takes it from a registry on loopback without any setting. */
  private String registryConfig() throws JsonProcessingException {
    return """
        version: 0.1
        log: {level: info, accesslog: {disabled: true}}
        storage:
          filesystem: {rootdirectory: %s}
          delete: {enabled: true}
        http: {addr: "127.0.0.1:%d"}
        """
        .formatted(
            JSON.writeValueAsString(home.resolve(Stack.REGISTRY_DATA).toString()),
            settings.ports().registry());
  }

  private static String schema() throws IOException {
    try (@Nullable InputStream resource = Furnishing.class.getResourceAsStream(SCHEMA_RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("this build lacks " + SCHEMA_RESOURCE);
      }
      return new String(resource.readAllBytes(), UTF_8);
    }
  }
}
