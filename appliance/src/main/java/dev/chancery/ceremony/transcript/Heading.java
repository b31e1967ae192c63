package dev.chancery.ceremony.transcript;

import dev.chancery.api.Sha256;
import dev.chancery.canonical.CanonicalJson;
import dev.chancery.canonical.JsonObject;
import java.util.Map;
import java.util.Optional;

/**
 * What ceremony a transcript or script is of.
 *
 * @param ceremony its id; a rehearsal's begins with {@code REHEARSAL} (CEREMONY X-2)
 * @param ledger the ledger's id
 * @param kind the kind in words, such as {@code genesis}
 * @param repository the repository or GUN
 * @param digest D, what is approved and signed; none for kinds without a root
 */
public record Heading(
    String ceremony, String ledger, String kind, String repository, Optional<Sha256> digest) {
  static final String TYPE = "chancery-transcript-v1";

  private static final String REHEARSAL = "REHEARSAL";

  public Heading {
    Texts.line("the ceremony's id", ceremony);
    Texts.line("the ledger's id", ledger);
    Texts.line("the kind", kind);
    Texts.line("the repository", repository);
  }

  /** Whether nothing that this ceremony makes is valid outside of a rehearsal. */
  public boolean isRehearsal() {
    return ceremony.startsWith(REHEARSAL);
  }

  byte[] line() {
    return CanonicalJson.encode(
        Map.of(
            "type", TYPE,
            "ceremony", ceremony,
            "ledger", ledger,
            "kind", kind,
            "repository", repository,
            "digest", digest.map(Sha256::hex).orElse("")));
  }

  static Heading read(JsonObject json) {
    String digest = Texts.text(json, "digest");
    return new Heading(
        Texts.text(json, "ceremony"),
        Texts.text(json, "ledger"),
        Texts.text(json, "kind"),
        Texts.text(json, "repository"),
        digest.isEmpty() ? Optional.empty() : Optional.of(Sha256.fromHex(digest)));
  }
}
