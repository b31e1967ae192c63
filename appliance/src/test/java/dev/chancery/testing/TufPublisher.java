package dev.chancery.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes TUF 1.0 metadata with keys of its own, as a publisher does. */
public final class TufPublisher {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TufPublisher() {}

  /** A P-256 key: its object as it stands in a root, and its id. */
  public record PublisherKey(KeyPair pair, Map<String, Object> object, String id) {
    /** A new one. */
    public static PublisherKey make() {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        String pem =
            "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Map<String, Object> object =
            Map.of(
                "keytype",
                "ecdsa",
                "keyval",
                Map.of("public", pem),
                "scheme",
                "ecdsa-sha2-nistp256");
        return new PublisherKey(pair, object, Sha256.of(CanonicalJson.encode(object)).hex());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    Map<String, Object> sign(Map<String, Object> signed) {
      try {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(CanonicalJson.encode(signed));
        return Map.of("keyid", id, "sig", HexFormat.of().formatHex(signer.sign()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What a role is in a root: a key object for each id, and the threshold. */
  public record RoleKeys(int threshold, Map<String, Map<String, Object>> keys) {
    /** Keys of the publisher. */
    public static RoleKeys of(int threshold, PublisherKey... keys) {
      Map<String, Map<String, Object>> objects = new TreeMap<>();
      for (PublisherKey key : keys) {
        objects.put(key.id(), key.object());
      }
      return new RoleKeys(threshold, objects);
    }
  }

  /** What all metadata has. */
  public static Map<String, Object> metadata(String type, int version, Instant expires) {
    Map<String, Object> signed = new TreeMap<>();
    signed.put("_type", type);
    signed.put("spec_version", "1.0.31");
    signed.put("version", version);
    signed.put("expires", expires.truncatedTo(ChronoUnit.SECONDS).toString());
    return signed;
  }

  /** A root file, signed by {@code signers}. */
  public static byte[] root(
      int version, Instant expires, Map<String, RoleKeys> roles, PublisherKey... signers) {
    Map<String, Object> signed = metadata("root", version, expires);
    signed.put("consistent_snapshot", true);
    Map<String, Object> keys = new TreeMap<>();
    Map<String, Object> named = new TreeMap<>();
    roles.forEach(
        (role, of) -> {
          keys.putAll(of.keys());
          named.put(
              role, Map.of("keyids", List.copyOf(of.keys().keySet()), "threshold", of.threshold()));
        });
    signed.put("keys", keys);
    signed.put("roles", named);
    return file(signed, signers);
  }

  /** A file signed by {@code signers}. */
  public static byte[] file(Map<String, Object> signed, PublisherKey... signers) {
    try {
      return JSON.writeValueAsBytes(
          Map.of(
              "signatures",
              Arrays.stream(signers).map(each -> each.sign(signed)).toList(),
              "signed",
              signed));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
