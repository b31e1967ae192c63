package dev.chancery.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of the file. It is opened with the names it may hold, so an unknown setting is found
 * before a missing one: a misspelt name is told as such.
 */
final class Section {
  private final YamlFile file;
  private final String path;
  private final Mark start;
  private final Map<String, Node> values;

  private Section(YamlFile file, String path, Mark start, Map<String, Node> values) {
    this.file = file;
    this.path = path;
    this.start = start;
    this.values = values;
  }

  static Section open(YamlFile file, String path, Node node, String... known) {
    refuseAnchor(file, path, node);
    if (!(node instanceof MappingNode mapping) || !node.getTag().equals(Tag.MAP)) {
      throw file.problem(
          node.getStartMark(), path, "must hold settings: " + String.join(", ", known));
    }
    Map<String, Node> values = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      String name = name(file, path, entry.getKeyNode(), known);
      if (values.put(name, entry.getValueNode()) != null) {
        throw file.problem(
            entry.getKeyNode().getStartMark(), join(path, name), "given twice; keep one of them");
      }
    }
    return new Section(file, path, node.getStartMark(), values);
  }

  private static String name(YamlFile file, String path, Node key, String... known) {
    String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
    if (Arrays.asList(known).contains(name)) {
      return name;
    }
    String nearest = Nearest.of(name, known);
    throw file.problem(
        key.getStartMark(),
        join(path, shown(name)),
        "unknown setting; "
            + (nearest == null ? "" : "did you mean \"" + nearest + "\"? ")
            + "Known here: "
            + String.join(", ", known));
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Whether the setting is one plain value rather than settings of its own. */
  boolean isScalar(String name) {
    return values.get(name) instanceof ScalarNode;
  }

  YamlFile file() {
    return file;
  }

  /** The section called {@code name}. */
  Section section(String name, String... known) {
    Node node = values.get(name);
    if (node == null) {
      throw missing(name, "settings: " + String.join(", ", known));
    }
    return open(file, join(path, name), node, known);
  }

  /** The section called {@code name}, or one without any settings. */
  Section sectionOrEmpty(String name, String... known) {
    return has(name) ? section(name, known) : new Section(file, join(path, name), start, Map.of());
  }

  /** The value of a setting that must be there. */
  <T> T required(String name, Kind<T> kind) {
    Node node = values.get(name);
    if (node == null) {
      throw missing(name, kind.allowed());
    }
    return read(join(path, name), node, kind);
  }

  /** The value of a setting, or {@code fallback} where it is not given. */
  <T> T optional(String name, Kind<T> kind, T fallback) {
    Node node = values.get(name);
    return node == null ? fallback : read(join(path, name), node, kind);
  }

  /** The values of a list; empty where it is not given. */
  <T> List<T> list(String name, Kind<T> kind) {
    Node node = values.get(name);
    if (node == null) {
      return List.of();
    }
    String setting = join(path, name);
    refuseAnchor(file, setting, node);
    if (!(node instanceof SequenceNode sequence)) {
      throw file.problem(node.getStartMark(), setting, "must be a list; each " + kind.allowed());
    }
    List<T> read = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      read.add(read(setting + "[" + read.size() + "]", item, kind));
    }
    return List.copyOf(read);
  }

  /** A problem with the value of {@code name}, or with the section where it is not given. */
  ConfigException problem(String name, String problem) {
    @Nullable Node node = values.get(name);
    return file.problem(node == null ? start : node.getStartMark(), join(path, name), problem);
  }

  private <T> T read(String setting, Node node, Kind<T> kind) {
    refuseAnchor(file, setting, node);
    if (node instanceof ScalarNode scalar) {
      T value = kind.reading().read(scalar);
      if (value != null) {
        return value;
      }
      throw file.problem(
          node.getStartMark(),
          setting,
          "is \"" + shown(scalar.getValue()) + "\", must be " + kind.allowed());
    }
    throw file.problem(node.getStartMark(), setting, "must be one value: " + kind.allowed());
  }

  private ConfigException missing(String name, String allowed) {
    return file.problem(start, join(path, name), "missing; must be " + allowed);
  }

  private static void refuseAnchor(YamlFile file, String setting, Node node) {
    if (node.getAnchor() != null) {
      throw file.problem(
          node.getStartMark(), setting, "anchors and aliases are not read here; write it out");
    }
  }

  /** At most 60 characters, without control characters. */
  private static String shown(String value) {
    String clean = value.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 60 ? clean : clean.substring(0, 57) + "...";
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
