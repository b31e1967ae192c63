package dev.chancery.metadata;

import dev.chancery.canonical.JsonObject;
import java.util.List;

/**
 * A role as a root states it.
 *
 * @param keyIds in the order in which they stand there
 * @param threshold how many of them must sign; not checked
 * @param object all that is said of it
 */
public record RootRole(List<String> keyIds, int threshold, JsonObject object) {
  public RootRole {
    keyIds = List.copyOf(keyIds);
  }
}
