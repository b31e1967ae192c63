package dev.chancery.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The distribution as it is installed, on a system that has Java and SoftHSM and nothing else of
 * this checkout. Skipped where there is no container engine.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainerTest {
  private static final Path DISTRIBUTION = Path.of("../deploy/target/dist");
  private static final int PROBES = 8081;

  // The probes are for loopback; from outside the container they must be reachable.
  private static final String SERVE =
      "/opt/chancery/bin/chancery init --probes-port "
          + PROBES
          + " /srv/node && sed -i '/^probes:/,/port:/s/127.0.0.1/0.0.0.0/' /srv/node/chancery.yaml"
          + " && exec /opt/chancery/bin/chancery serve /srv/node";

  @Test
  void theDistributionServesInAContainer() throws Exception {
    assumeTrue(
        Files.isExecutable(DISTRIBUTION.resolve("bin/chancery")),
        "the distribution has not been built: mvn package makes " + DISTRIBUTION);
    ImageFromDockerfile image =
        new ImageFromDockerfile()
            .withFileFromPath("dist", DISTRIBUTION)
            .withDockerfileFromBuilder(
                file ->
                    file.from("eclipse-temurin:25-jre")
                        .run(
                            "apt-get update && apt-get install -y --no-install-recommends softhsm2")
                        .copy("dist", "/opt/chancery")
                        .cmd("sh", "-c", SERVE)
                        .build());
    try (GenericContainer<?> container = new GenericContainer<>(image)) {
      container
          .withExposedPorts(PROBES)
          .waitingFor(Wait.forHttp("/livez").forPort(PROBES))
          .withStartupTimeout(Duration.ofMinutes(3))
          .start();
      URI ready =
          URI.create(
              "http://" + container.getHost() + ":" + container.getMappedPort(PROBES) + "/readyz");
      HttpResponse<String> answer;
      try (HttpClient http = HttpClient.newHttpClient()) {
        answer = http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.ofString());
      }
      assertEquals(200, answer.statusCode(), answer.body());
    }
  }
}
