package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootDocument;
import dev.chancery.metadata.RootFile;
import dev.chancery.metadata.RootSignature;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a ceremony is about; it does not change once the ceremony is frozen (CEREMONY S-1).
 *
 * @param rehearsal whether nothing of it is meant
 * @param repository its name; empty where it is about no repository
 * @param previous the root to be replaced
 * @param next the root to be signed; empty for kinds that sign none
 * @param order what is to be done by other kinds; empty for roots
 * @param signers ids of the root keys that will sign
 * @param attached signatures that existed before
 * @param supersedes digests of other roots of this version that were signed (CEREMONY S-4)
 * @param policy digest of the policy under which it was judged
 * @param withoutVote custodians who would be removed by it
 * @param reason why, in words; may be empty
 */
public record Subject(
    CeremonyKind kind,
    boolean rehearsal,
    String repository,
    Optional<RootFile> previous,
    Optional<RootDocument> next,
    Optional<JsonObject> order,
    List<String> signers,
    List<RootSignature> attached,
    List<Sha256> supersedes,
    Sha256 policy,
    List<String> withoutVote,
    String reason) {
  public Subject {
    signers = List.copyOf(signers);
    attached = List.copyOf(attached);
    supersedes = List.copyOf(supersedes);
    withoutVote = List.copyOf(withoutVote);
    if (kind.signsRoot() != next.isPresent() || kind.signsRoot() == order.isPresent()) {
      throw new IllegalArgumentException("a root, or an order, as the kind wants it");
    }
  }

  /** A root that the rules let through. */
  public static Subject of(RootProposal proposal, List<Sha256> supersedes, Sha256 policy) {
    RootRequest request = proposal.request();
    return new Subject(
        request.kind(),
        request.rehearsal(),
        request.repository().value(),
        request.chain().map(RootChain::last),
        Optional.of(request.next()),
        Optional.empty(),
        request.signers(),
        request.attached(),
        supersedes,
        policy,
        List.of(),
        request.reason());
  }

  /** Another set of custodians; those who are not in it any more have no vote. */
  public static Subject custodians(
      boolean rehearsal, Quorum now, Quorum next, Sha256 policy, String reason) {
    Set<CustodianKey> staying = new HashSet<>();
    next.custodians().forEach(each -> staying.add(each.key()));
    List<String> leaving =
        now.custodians().stream()
            .filter(each -> next.find(each.name()).isEmpty() && !staying.contains(each.key()))
            .map(Custodian::name)
            .toList();
    return new Subject(
        CeremonyKind.CUSTODIANS,
        rehearsal,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.of(next.json()),
        List.of(),
        List.of(),
        List.of(),
        policy,
        leaving,
        reason);
  }

  /** Any other thing to be done; {@code details} say exactly what. */
  public static Subject order(
      CeremonyKind kind,
      boolean rehearsal,
      String repository,
      JsonObject details,
      Sha256 policy,
      String reason) {
    return new Subject(
        kind,
        rehearsal,
        repository,
        Optional.empty(),
        Optional.empty(),
        Optional.of(details),
        List.of(),
        List.of(),
        List.of(),
        policy,
        List.of(),
        reason);
  }

  /** D: what everything later refers to. */
  public Sha256 digest() {
    return next.map(RootDocument::digest)
        .orElseGet(() -> Sha256.of(CanonicalJson.encode(order.orElseThrow())));
  }

  /** D of the root before it. */
  public Optional<Sha256> previousDigest() {
    return previous.map(file -> file.root().digest());
  }

  /** Version of the root; 0 where none is signed. */
  public int version() {
    return next.map(root -> root.version().number()).orElse(0);
  }

  /** The dialect of the root; empty where none is signed. */
  public String dialect() {
    return next.map(root -> root.dialect().id()).orElse("");
  }

  /** As it stands in the journal. */
  public JsonObject json() {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("kind", kind.id());
    fields.put("rehearsal", rehearsal);
    fields.put("repository", repository);
    fields.put("dialect", dialect());
    previous.ifPresent(file -> fields.put("previous", base64(file.bytes())));
    next.ifPresent(root -> fields.put("signed", base64(root.json())));
    order.ifPresent(details -> fields.put("order", details));
    fields.put("signers", signers);
    fields.put("attached", attached.stream().map(Subject::json).toList());
    fields.put("supersedes", supersedes.stream().map(Sha256::hex).toList());
    fields.put("policy", policy.hex());
    fields.put("withoutVote", withoutVote);
    fields.put("reason", reason);
    return JsonObject.of(fields);
  }

  /** Reads {@link #json}. */
  public static Subject of(JsonObject json) {
    Fields fields = new Fields(json);
    Optional<Dialect> dialect =
        fields.optionalText("dialect").filter(id -> !id.isEmpty()).map(Dialect::of);
    return new Subject(
        CeremonyKind.of(fields.text("kind")),
        fields.truth("rehearsal"),
        fields.text("repository"),
        fields.has("previous")
            ? Optional.of(RootFile.read(dialect.orElseThrow(), fields.bytes("previous")))
            : Optional.empty(),
        fields.has("signed")
            ? Optional.of(RootDocument.read(dialect.orElseThrow(), fields.bytes("signed")))
            : Optional.empty(),
        fields.has("order") ? Optional.of(fields.object("order")) : Optional.empty(),
        fields.texts("signers"),
        fields.objects("attached").stream().map(Subject::signature).toList(),
        fields.digests("supersedes"),
        fields.digest("policy"),
        fields.texts("withoutVote"),
        fields.text("reason"));
  }

  static JsonValue json(RootSignature signature) {
    return JsonObject.of(
        Map.of("keyid", signature.keyId(), "method", signature.method(), "sig", signature.sig()));
  }

  static RootSignature signature(Fields fields) {
    return new RootSignature(fields.text("keyid"), fields.text("method"), fields.text("sig"));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
