package dev.chancery.ceremony;

import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The custodians, and how many of them must agree: two at least, each person and each key once.
 * Only a ceremony changes them.
 *
 * @param needed M of N
 */
public record Quorum(List<Custodian> custodians, int needed) {
  private static final int FEWEST = 2;

  /**
   * A quorum.
   *
   * @throws RefusedException {@code CEREMONY_A_5} if it is none
   */
  public Quorum {
    custodians = List.copyOf(custodians);
    if (needed < FEWEST || needed > custodians.size()) {
      throw refused(
          needed + " of " + custodians.size() + " custodians",
          FEWEST + " at least, and not all too few");
    }
    requireDistinct(
        custodians.stream().map(Custodian::name).collect(Collectors.toSet()).size(), custodians);
    requireDistinct(
        custodians.stream().map(Custodian::key).collect(Collectors.toSet()).size(), custodians);
  }

  private static void requireDistinct(int distinct, List<Custodian> custodians) {
    if (distinct != custodians.size()) {
      throw refused("a person or key twice", "each person and each key once");
    }
  }

  /** The custodian of this name. */
  public Optional<Custodian> find(String name) {
    return custodians.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** How many of those who have a vote must refuse to end a ceremony. */
  public int denialsThatEnd(Set<String> withoutVote) {
    return (int) custodians.stream().filter(each -> !withoutVote.contains(each.name())).count()
        - needed
        + 1;
  }

  /** As it stands in rows and orders. */
  public JsonObject json() {
    return JsonObject.of(
        Map.of(
            "custodians",
            custodians.stream()
                .map(each -> Map.of("name", each.name(), "publicKey", each.key().base64()))
                .toList(),
            "needed",
            needed));
  }

  /**
   * Reads {@link #json}.
   *
   * @throws RefusedException {@code CEREMONY_A_5} if it is no quorum
   */
  public static Quorum of(JsonObject json) {
    Fields fields = new Fields(json);
    List<Custodian> custodians = new ArrayList<>();
    for (Fields each : fields.objects("custodians")) {
      custodians.add(
          new Custodian(
              each.text("name"),
              CustodianKey.of(Base64.getDecoder().decode(each.text("publicKey")))));
    }
    return new Quorum(custodians, fields.number("needed"));
  }

  private static RefusedException refused(String observed, String allowed) {
    return new RefusedException(
        Refusal.CEREMONY_A_5,
        observed,
        allowed,
        "name each custodian once, and let two or more of them approve");
  }
}
