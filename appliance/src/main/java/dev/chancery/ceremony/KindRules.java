package dev.chancery.ceremony;

import dev.chancery.api.Dialect;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.canonical.JsonObject;
import dev.chancery.canonical.JsonValue;
import dev.chancery.metadata.RootDocument;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which changes each kind of ceremony makes (CEREMONY S-3). */
final class KindRules {
  private KindRules() {}

  static void check(RootRequest request, RootDiff diff, CeremonyPolicy policy) {
    if (diff.before().isEmpty()) {
      return; // a first root, which only GENESIS makes
    }
    if (diff.keysChanged() > policy.maxKeysChanged()) {
      throw refused(
          diff.keysChanged() + " keys added or removed",
          "at most " + policy.maxKeysChanged() + " in one ceremony");
    }
    checkRoles(request, diff);
    boolean formMayChange =
        request.kind() == CeremonyKind.EMERGENCY || request.kind() == CeremonyKind.ADOPT;
    if (!formMayChange) {
      for (RootDiff.Change change : diff.otherMembers()) {
        if (change.isChange()) {
          throw refused("a change of " + change.name(), "no change of it in a " + name(request));
        }
      }
    }
  }

  private static void checkRoles(RootRequest request, RootDiff diff) {
    RoleChange root = diff.role("root");
    boolean sameThreshold = !root.changesThreshold();
    boolean othersKept =
        RootDocument.ROLES.stream()
            .filter(role -> !role.equals("root"))
            .map(diff::role)
            .noneMatch(role -> role.changesKeys() || role.changesThreshold());
    boolean rootKept = sameThreshold && !root.changesKeys();
    boolean comes = !root.added().isEmpty();
    boolean goes = !root.removed().isEmpty();
    switch (request.kind()) {
      case REFRESH -> require(request, isRefresh(diff), "version and expires and nothing else");
      case ADD_ROOT_KEY ->
          require(request, othersKept && sameThreshold && comes && !goes, "more root keys only");
      case REMOVE_ROOT_KEY ->
          require(request, othersKept && sameThreshold && goes && !comes, "fewer root keys only");
      case REPLACE_ROOT_KEY ->
          require(request, othersKept && sameThreshold && comes && goes, "other root keys only");
      case THRESHOLD ->
          require(
              request,
              othersKept && !sameThreshold && !root.changesKeys(),
              "another threshold of the root role only");
      case ONLINE_KEYS ->
          require(request, rootKept && !othersKept, "timestamp, snapshot and targets only");
      case CERTIFICATE_RENEWAL ->
          require(
              request,
              isRenewal(diff, othersKept && sameThreshold),
              "new certificates of the same root keys only");
      case FAST_FORWARD_RECOVERY ->
          require(
              request,
              rootKept && isRecovery(diff),
              "new timestamp and snapshot keys, all of them, and nothing else");
      case ADOPT -> require(request, othersKept && comes, "the root role only");
      default -> {}
    }
  }

  private static boolean isRenewal(RootDiff diff, boolean restKept) {
    RoleChange root = diff.role("root");
    return restKept
        && diff.after().dialect() == Dialect.NOTARY
        && root.changesKeys()
        && root.keepsPublicKeys();
  }

  private static boolean isRecovery(RootDiff diff) {
    RoleChange targets = diff.role("targets");
    return !targets.changesKeys()
        && !targets.changesThreshold()
        && diff.role("timestamp").keepsNoPublicKey()
        && diff.role("snapshot").keepsNoPublicKey();
  }

  private static boolean isRefresh(RootDiff diff) {
    return diff.before().filter(old -> rest(old).equals(rest(diff.after()))).isPresent();
  }

  private static Map<String, JsonValue> rest(RootDocument root) {
    JsonObject signed = root.signed();
    Map<String, JsonValue> rest = new TreeMap<>();
    for (int i = 0; i < signed.size(); i++) {
      rest.put(signed.name(i), signed.value(i));
    }
    List.of("expires", "version").forEach(rest::remove);
    return rest;
  }

  private static void require(RootRequest request, boolean kept, String allowed) {
    if (!kept) {
      throw refused("other changes than a " + name(request) + " makes", allowed);
    }
  }

  private static String name(RootRequest request) {
    return "ceremony of kind " + request.kind().id();
  }

  private static RefusedException refused(String observed, String allowed) {
    return new RefusedException(
        Refusal.CEREMONY_S_3,
        observed,
        allowed,
        "choose the kind that fits, or do it in several ceremonies");
  }
}
