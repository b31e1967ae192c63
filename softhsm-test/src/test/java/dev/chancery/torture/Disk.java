package dev.chancery.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.torture.Journal.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a disk may hold, by the events so far. Durable is what a completed sync of the file covers,
 * and a name what a completed sync of its directory covers. Of everything else any part may be
 * there: each sector of 512 bytes of each write by itself, each change of length, and of the
 * changes of one name any first few. This is harsher than Linux file systems are, which keep the
 * order of names and write whole pages.
 */
public final class Disk {
  private static final int SECTOR = 512;

  /** How much of what was not synced is there. */
  public enum Survival {
    NOTHING,
    EVERYTHING,
    /** Each sector by itself. */
    SECTORS,
    /** The first few operations of each file. */
    PREFIX
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(long index, long offset, byte @Nullable [] data) {}

  private record Binding(long index, @Nullable Node node) {}

  private static final class Node {
    final boolean directory;
    byte[] durable = {};
    final Deque<Change> pending = new ArrayDeque<>();

    Node(boolean directory) {
      this.directory = directory;
    }
  }

  private static final class Name {
    @Nullable Node durable;
    @Nullable Node current;
    final Deque<Binding> pending = new ArrayDeque<>();
  }

  private final Map<String, Name> names = new TreeMap<>();
  private final Map<Long, Node> nodes = new HashMap<>();

  /** The newest begin: one thread syncs a file, and one that was killed never ends its sync. */
  private final Map<Long, Long> syncs = new HashMap<>();

  private long index;

  /** Takes the next event. */
  public void apply(Event event) {
    index++;
    switch (event.kind()) {
      case CREATE -> bind(event.name(), newNode(event.object(), false));
      case MAKE_DIRECTORY -> bind(event.name(), newNode(event.object(), true));
      case REMOVE -> bind(event.name(), null);
      case RENAME -> rename(event);
      case WRITE -> change(event, event.data());
      case TRUNCATE -> change(event, null);
      case SYNC_BEGIN -> syncs.put(event.object(), index);
      case SYNC_END -> synced(event);
      default -> {}
    }
  }

  private Node newNode(long inode, boolean directory) {
    Node node = new Node(directory);
    nodes.put(inode, node);
    return node;
  }

  private void bind(String path, @Nullable Node node) {
    Name name = names.computeIfAbsent(path, _ -> new Name());
    name.current = node;
    name.pending.add(new Binding(index, node));
  }

  private void rename(Event event) {
    Name from = names.get(event.name());
    if (from != null) {
      bind(new String(event.data(), UTF_8), from.current);
      bind(event.name(), null);
    }
  }

  private void change(Event event, byte @Nullable [] data) {
    Node node = nodes.get(event.object());
    // A file that the C library made for a stream (the token's objects): its making is not seen.
    if (node != null) {
      node.pending.add(new Change(index, event.offset(), data));
    }
  }

  private void synced(Event event) {
    long before = syncs.getOrDefault(event.object(), 0L);
    Node node = nodes.get(event.object());
    if (node != null && !node.directory) {
      while (!node.pending.isEmpty() && node.pending.getFirst().index() < before) {
        node.durable = applied(node.durable, node.pending.removeFirst());
      }
      return;
    }
    names.forEach(
        (path, name) -> {
          if (parent(path).equals(event.name())) {
            while (!name.pending.isEmpty() && name.pending.getFirst().index() < before) {
              name.durable = name.pending.removeFirst().node();
            }
          }
        });
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static byte[] applied(byte[] content, Change change) {
    byte[] data = change.data();
    if (data == null) {
      return Arrays.copyOf(content, (int) change.offset());
    }
    int end = (int) change.offset() + data.length;
    byte[] changed = end > content.length ? Arrays.copyOf(content, end) : content;
    System.arraycopy(data, 0, changed, (int) change.offset(), data.length);
    return changed;
  }

  /**
   * The files of {@code directory} after a power cut now.
   *
   * @return content by the name in the directory; no file where none may be there
   */
  public Map<String, byte[]> files(Path directory, Survival survival, RandomGenerator random) {
    Map<String, byte[]> files = new TreeMap<>();
    if (!exists(directory, survival, random)) {
      return files;
    }
    names.forEach(
        (path, name) -> {
          if (parent(path).equals(directory.toString())) {
            Node node = surviving(name, survival, random);
            if (node != null && !node.directory) {
              files.put(Path.of(path).getFileName().toString(), content(node, survival, random));
            }
          }
        });
    return files;
  }

  private boolean exists(Path directory, Survival survival, RandomGenerator random) {
    for (Path each = directory; each != null; each = each.getParent()) {
      Name name = names.get(each.toString());
      if (name != null && surviving(name, survival, random) == null) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Node surviving(Name name, Survival survival, RandomGenerator random) {
    int some =
        switch (survival) {
          case NOTHING -> 0;
          case EVERYTHING -> name.pending.size();
          case SECTORS, PREFIX -> random.nextInt(name.pending.size() + 1);
        };
    Node node = name.durable;
    for (Binding binding : name.pending) {
      if (some-- == 0) {
        break;
      }
      node = binding.node();
    }
    return node;
  }

  private static byte[] content(Node node, Survival survival, RandomGenerator random) {
    byte[] content = node.durable.clone();
    int first = survival == Survival.PREFIX ? random.nextInt(node.pending.size() + 1) : 0;
    for (Change change : node.pending) {
      switch (survival) {
        case NOTHING -> {}
        case EVERYTHING -> content = applied(content, change);
        case PREFIX -> content = first-- > 0 ? applied(content, change) : content;
        case SECTORS -> content = torn(content, change, random);
      }
    }
    return content;
  }

  private static byte[] torn(byte[] content, Change change, RandomGenerator random) {
    byte[] data = change.data();
    if (data == null) {
      return random.nextBoolean() ? applied(content, change) : content;
    }
    byte[] result = content;
    for (Change sector : sectors(change.offset(), data)) {
      if (random.nextBoolean()) {
        result = applied(result, sector);
      }
    }
    return result;
  }

  private static List<Change> sectors(long offset, byte[] data) {
    List<Change> sectors = new ArrayList<>();
    int from = 0;
    while (from < data.length) {
      int to = (int) Math.min(data.length, (offset + from) / SECTOR * SECTOR + SECTOR - offset);
      sectors.add(new Change(0, offset + from, Arrays.copyOfRange(data, from, to)));
      from = to;
    }
    return sectors;
  }

  /** Puts {@code files} into an empty directory. */
  public static void write(Map<String, byte[]> files, Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
  }
}
