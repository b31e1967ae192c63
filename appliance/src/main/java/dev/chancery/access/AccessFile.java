package dev.chancery.access;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads {@code access.yaml}, token by token, so that each error can name its line and column and
 * nothing is guessed: text is text, a list is a list, and an alias is refused (an unquoted {@code
 * **} is an alias to YAML, and would turn into another pattern).
 */
final class AccessFile {
  /** One entry: who, and what he may do. */
  record Entry(Identity identity, Grant grant) {}

  private static final YAMLFactory YAML = new YAMLFactory();
  private static final String QUOTES =
      "YAML reads a star without quotes as an alias; put quotes around the value";
  private static final String MEMBERS = "subject, san, roles, repositories, operations";

  private final String file;
  private final YAMLParser parser;

  private AccessFile(String file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static List<Entry> read(String file, String text) {
    try (YAMLParser parser = YAML.createParser(text)) {
      return new AccessFile(file, parser).entries();
    } catch (JsonProcessingException e) {
      throw notYaml(file, e);
    } catch (IOException e) {
      throw new AccessFileException(file, "cannot be read: " + e.getMessage());
    }
  }

  /** SnakeYAML knows the place better than Jackson does. */
  private static AccessFileException notYaml(String file, JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
      String hint = "while scanning an alias".equals(yaml.getContext()) ? "; " + QUOTES : "";
      return new AccessFileException(
          file,
          yaml.getProblemMark().getLine() + 1,
          yaml.getProblemMark().getColumn() + 1,
          "not YAML: " + yaml.getProblem() + hint);
    }
    return new AccessFileException(
        file, "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse("no reason given"));
  }

  private List<Entry> entries() throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw error("the file is a list of entries, each beginning with a dash; [] lets nobody in");
    }
    List<Entry> entries = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      entries.add(entry());
    }
    if (parser.nextToken() != null) {
      throw error("a second document begins here; the file is one list");
    }
    return entries;
  }

  private Entry entry() throws IOException {
    JsonLocation start = parser.currentTokenLocation();
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw error("an entry is a mapping with some of " + MEMBERS);
    }
    Identity identity = null;
    Set<AccessRole> roles = null;
    List<RepositoryPattern> repositories = null;
    Set<Operation> narrowed = null;
    JsonLocation narrowedAt = start;
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!seen.add(name)) {
        throw error("\"" + name + "\" is given twice in this entry");
      }
      if (identity != null && (name.equals("subject") || name.equals("san"))) {
        throw error("an entry has either subject or san, not both");
      }
      switch (name) {
        case "subject" -> identity = value(name, Identity.Subject::of);
        case "san" -> identity = value(name, Identity::ofSan);
        case "roles" -> roles = EnumSet.copyOf(list(name, AccessFile::role));
        case "repositories" -> repositories = list(name, RepositoryPattern::of);
        case "operations" -> {
          narrowedAt = parser.currentTokenLocation();
          narrowed = EnumSet.copyOf(list(name, AccessFile::operation));
        }
        default -> throw error("unknown setting \"" + name + "\"; known are " + MEMBERS);
      }
    }
    return new Entry(
        required(identity, "subject or san", start),
        new Grant(
            operations(required(roles, "roles", start), narrowed, narrowedAt),
            required(repositories, "repositories", start)));
  }

  private Set<Operation> operations(
      Set<AccessRole> roles, @Nullable Set<Operation> narrowed, JsonLocation at) {
    Set<Operation> all = EnumSet.noneOf(Operation.class);
    roles.forEach(role -> all.addAll(role.operations()));
    if (narrowed == null) {
      return all;
    }
    for (Operation operation : narrowed) {
      if (!all.contains(operation)) {
        throw error(
            at,
            "operations only narrow what the roles allow, and the roles here do not allow "
                + operation.id());
      }
    }
    return narrowed;
  }

  private <T> T value(String name, Function<String, T> reader) throws IOException {
    parser.nextToken();
    return text(name, reader);
  }

  private <T> List<T> list(String name, Function<String, T> reader) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      throw error(name + " is a list, such as [a, b]");
    }
    JsonLocation start = parser.currentTokenLocation();
    Set<T> items = new LinkedHashSet<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!items.add(text(name, reader))) {
        throw error("given twice in " + name);
      }
    }
    if (items.isEmpty()) {
      throw error(start, name + " is empty; leave the entry out if it is to grant nothing");
    }
    return new ArrayList<>(items);
  }

  private <T> T text(String name, Function<String, T> reader) throws IOException {
    if (parser.isCurrentAlias()) {
      throw error(QUOTES);
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw error(name + " holds text here; put quotes around the value if it is meant as text");
    }
    try {
      return reader.apply(parser.getText());
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  private static AccessRole role(String id) {
    return Arrays.stream(AccessRole.values())
        .filter(role -> role.id().equals(id))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown role \""
                        + id
                        + "\"; known are "
                        + String.join(", ", AccessRole.ids())));
  }

  private static Operation operation(String id) {
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.id().equals(id))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown operation \""
                        + id
                        + "\"; known are "
                        + String.join(
                            ", ", Arrays.stream(Operation.values()).map(Operation::id).toList())));
  }

  private <T> T required(@Nullable T value, String name, JsonLocation entry) {
    if (value == null) {
      throw error(entry, "this entry has no " + name);
    }
    return value;
  }

  private AccessFileException error(String problem) {
    return error(parser.currentTokenLocation(), problem);
  }

  private AccessFileException error(JsonLocation at, String problem) {
    return new AccessFileException(file, at.getLineNr(), at.getColumnNr(), problem);
  }
}
