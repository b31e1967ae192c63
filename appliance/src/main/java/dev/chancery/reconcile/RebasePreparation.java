package dev.chancery.reconcile;

import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.recovery.RebaseList;
import dev.chancery.served.ServedException;
import dev.chancery.served.ServedFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes a list of re-bases: keys to the documents that are served now. */
public final class RebasePreparation {
  private RebasePreparation() {}

  /**
   * What was prepared.
   *
   * @param entries one for each key that would be set
   * @param problems why there is none for a role of a repository, a line each
   */
  public record Prepared(List<RebaseList.Entry> entries, List<String> problems) {}

  /**
   * An entry for each of {@code keys} that signed what is served now and stands at another version.
   *
   * @param everyDifference whether keys that go on without a re-base are set as well
   * @throws ServedException if the trust server does not answer
   */
  public static Prepared of(ServedFiles files, List<KeyOnRecord> keys, boolean everyDifference) {
    Map<RepositoryName, Map<Role, List<KeyOnRecord>>> byRepository =
        new TreeMap<>(Comparator.comparing(RepositoryName::value));
    keys.forEach(
        key ->
            byRepository
                .computeIfAbsent(key.repository(), name -> new EnumMap<>(Role.class))
                .computeIfAbsent(key.role(), role -> new ArrayList<>())
                .add(key));
    List<RebaseList.Entry> entries = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    byRepository.forEach(
        (repository, ofRoles) -> {
          ofRoles.values().removeIf(all -> all.stream().allMatch(key -> key.watermark() == null));
          Look.at(files, repository, ofRoles)
              .sights()
              .forEach(
                  (role, sight) -> {
                    switch (sight) {
                      case Look.Sight.Good(ServedDocument document) ->
                          entries.addAll(entries(document, everyDifference));
                      case Look.Sight.Foreign(var signers) ->
                          problems.add(
                              problem(
                                  repository,
                                  role,
                                  "is signed by a key that is not on the record here: "
                                      + signers.stream()
                                          .map(Object::toString)
                                          .collect(Collectors.joining(", "))));
                      case Look.Sight.Bad(var signers, String why) ->
                          problems.add(problem(repository, role, "cannot be taken: " + why));
                      case Look.Sight.Absent absent ->
                          problems.add(problem(repository, role, "is not served"));
                      case Look.Sight.Unreadable(String why) ->
                          problems.add(problem(repository, role, "cannot be had: " + why));
                    }
                  });
        });
    return new Prepared(List.copyOf(entries), List.copyOf(problems));
  }

  private static List<RebaseList.Entry> entries(ServedDocument document, boolean everyDifference) {
    return document.signers().stream()
        .filter(key -> !document.version().equals(key.watermark()))
        .filter(key -> everyDifference || !key.goesOnAfter(document.version()))
        .flatMap(key -> document.rebaseOf(key).stream())
        .toList();
  }

  private static String problem(RepositoryName repository, Role role, String what) {
    return repository + ": its " + role.id() + " " + what;
  }
}
