package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.policy.Carried;
import dev.chancery.policy.Frontier;
import dev.chancery.policy.SnapshotOrder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Frontier} as bytes. Derived state, not part of the public row format: the first byte is
 * this encoding's version.
 */
final class FrontierCodec {
  private static final int FORMAT = 1;

  private FrontierCodec() {}

  static byte[] encode(Frontier frontier) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeInt(frontier.version());
      out.writeInt(frontier.contents());
      out.writeBoolean(frontier.allLinked());
      SnapshotOrder oldest = frontier.oldestNamed();
      out.writeBoolean(oldest != null);
      if (oldest != null) {
        out.writeLong(oldest.keyFirstSequence());
        out.writeInt(oldest.version());
      }
      writeNames(frontier.names(), out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  static Frontier decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        throw new LedgerException("the ledger's derived state has an unknown encoding");
      }
      int version = in.readInt();
      int contents = in.readInt();
      boolean allLinked = in.readBoolean();
      SnapshotOrder oldest =
          in.readBoolean() ? new SnapshotOrder(in.readLong(), in.readInt()) : null;
      return new Frontier(version, contents, readNames(in), allLinked, oldest);
    } catch (IOException e) {
      throw new LedgerException("the ledger's derived state is damaged", e);
    }
  }

  private static void writeNames(Map<String, Frontier.Name> names, DataOutputStream out)
      throws IOException {
    out.writeInt(names.size());
    for (Map.Entry<String, Frontier.Name> entry : names.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeBoolean(entry.getValue().inAll());
      out.writeInt(entry.getValue().hashes().size());
      for (Carried carried : entry.getValue().hashes()) {
        out.write(carried.hash().bytes());
        out.writeLong(carried.firstSequence());
      }
    }
  }

  private static Map<String, Frontier.Name> readNames(DataInputStream in) throws IOException {
    int count = in.readInt();
    Map<String, Frontier.Name> names = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      boolean inAll = in.readBoolean();
      int hashes = in.readInt();
      List<Carried> carried = new ArrayList<>(hashes);
      for (int j = 0; j < hashes; j++) {
        Sha256 hash = Sha256.fromBytes(in.readNBytes(Sha256.LENGTH));
        carried.add(new Carried(hash, in.readLong()));
      }
      names.put(name, new Frontier.Name(inAll, carried));
    }
    return names;
  }
}
