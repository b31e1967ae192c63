package dev.chancery.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * One YAML document as a tree that knows its lines. Nothing is constructed from it: no tags, no
 * anchors, no merge keys, so a file says what it seems to say.
 */
final class YamlFile {
  private static final int MAX_BYTES = 1 << 20;

  private final Path path;

  private YamlFile(Path path) {
    this.path = path;
  }

  /**
   * The top-level section of the file at {@code path}.
   *
   * @param known the settings that it may have
   * @throws ConfigException if the file cannot be read, is not one YAML mapping or holds another
   *     setting
   */
  static Section read(Path path, String... known) {
    YamlFile file = new YamlFile(path);
    Node root = file.compose(file.text());
    return Section.open(file, "", root, known);
  }

  Path path() {
    return path;
  }

  /** The directory that relative paths in the file start from. */
  Path directory() {
    Path parent = path.toAbsolutePath().normalize().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }

  ConfigException problem(Mark at, String setting, String problem) {
    return new ConfigException(path, at.getLine() + 1, at.getColumn() + 1, setting, problem, null);
  }

  private String text() {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw whole("is larger than 1 MiB, so it is no configuration file", null);
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
          .toString();
    } catch (NoSuchFileException e) {
      throw whole(
          "does not exist; name another one with --config, or make an appliance with 'chancery init"
              + " DIR'",
          e);
    } catch (CharacterCodingException e) {
      throw whole("is not UTF-8", e);
    } catch (IOException e) {
      throw whole("cannot be read: " + e.getMessage(), e);
    }
  }

  private Node compose(String text) {
    LoaderOptions options = new LoaderOptions();
    try {
      Node root =
          new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options)
              .getSingleNode();
      if (root == null) {
        throw whole("is empty", null);
      }
      return root;
    } catch (MarkedYAMLException e) {
      Mark at = e.getProblemMark();
      int line = at == null ? 0 : at.getLine() + 1;
      int column = at == null ? 0 : at.getColumn() + 1;
      throw new ConfigException(path, line, column, "", "not YAML: " + e.getProblem(), e);
    } catch (YAMLException e) {
      throw whole("not YAML: " + firstLine(e), e);
    }
  }

  private ConfigException whole(String problem, @Nullable Throwable why) {
    return new ConfigException(path, 0, 0, "", problem, why);
  }

  private static String firstLine(YAMLException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
