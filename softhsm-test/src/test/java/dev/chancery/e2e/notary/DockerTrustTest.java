package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.softhsm.ChanceryServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What users of docker do. There is no engine here, so {@code docker trust sign} is replaced by
 * what it does with the trust server: a target in the signer's role and in {@code
 * targets/releases}, published from the same directory.
 */
@ChanceryServer
@WithNotaryServer
class DockerTrustTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  private final NotaryStack stack;
  private final DockerTrust docker;
  private final NotaryCli notary;

  DockerTrustTest(NotaryStack stack) {
    this.stack = stack;
    this.docker = stack.newDockerUser();
    this.notary = stack.notaryOf(docker);
  }

  @Test
  void signersAreAddedImagesSignedInspectedAndRevoked() throws Exception {
    String image = "localhost:5000/team/img";
    addSigner("alice", image);
    assertEquals(List.of("alice"), signers(image));
    sign("alice", image, "v1");
    assertEquals(List.of("v1"), tags(image));
    assertTrue(docker.ok("inspect", "--pretty", image).contains("alice"));

    addSigner("bob", image);
    sign("bob", image, "v2");
    assertEquals(List.of("v1", "v2"), tags(image));
    docker.ok("revoke", "--yes", image + ":v1");
    assertEquals(List.of("v2"), tags(image));

    notary.ok("delegation", "remove", image, "targets/bob", "-y");
    notary.ok("publish", image);
    assertFalse(signers(image).contains("bob"));
    sign("alice", image, "v3");
    assertTrue(tags(image).contains("v3"));
    docker.ok("revoke", "--yes", image);
    assertEquals(List.of(), tags(image));
    stack.assertLedgerExplains(image, notary);
  }

  private void addSigner(String name, String image) {
    docker.ok("key", "generate", name, "--dir", ".");
    docker.ok("signer", "add", "--key", name + ".pub", name, image);
  }

  private void sign(String signer, String image, String tag) {
    notary.ok(
        "addhash",
        image,
        tag,
        "1234",
        "--sha256",
        SHA256,
        "-r",
        "targets/releases",
        "-r",
        "targets/" + signer);
    notary.ok("publish", image);
  }

  private List<String> signers(String image) throws Exception {
    return names(inspect(image).get("Signers"), "Name");
  }

  private List<String> tags(String image) throws Exception {
    return names(inspect(image).get("SignedTags"), "SignedTag");
  }

  private JsonNode inspect(String image) throws Exception {
    return JSON.readTree(docker.ok("inspect", image)).get(0);
  }

  private static List<String> names(JsonNode list, String member) {
    List<String> names = new ArrayList<>();
    list.forEach(each -> names.add(each.get(member).asText()));
    return names.stream().sorted().toList();
  }
}
