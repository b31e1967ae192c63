package dev.chancery.ledger;

import dev.chancery.api.Sha256;
import dev.chancery.policy.Carried;
import dev.chancery.policy.Frontier;
import dev.chancery.policy.KnownFile;
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
  /** Contents of the Notary dialect, which name no versions. */
  private static final int NOTARY = 1;

  /** The same, followed by the files that TUF 1.0 contents named. */
  private static final int TUF = 2;

  private FrontierCodec() {}

  static byte[] encode(Frontier frontier) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(frontier.files().isEmpty() ? NOTARY : TUF);
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
      if (!frontier.files().isEmpty()) {
        writeFiles(frontier.files(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  static Frontier decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      if (format != NOTARY && format != TUF) {
        throw new LedgerException("the ledger's derived state has an unknown encoding");
      }
      int version = in.readInt();
      int contents = in.readInt();
      boolean allLinked = in.readBoolean();
      SnapshotOrder oldest =
          in.readBoolean() ? new SnapshotOrder(in.readLong(), in.readInt()) : null;
      Map<String, Frontier.Name> names = readNames(in);
      Map<String, KnownFile> files = format == TUF ? readFiles(in) : Map.of();
      return new Frontier(version, contents, names, allLinked, oldest, files);
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

  private static void writeFiles(Map<String, KnownFile> files, DataOutputStream out)
      throws IOException {
    out.writeInt(files.size());
    for (Map.Entry<String, KnownFile> entry : files.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeInt(entry.getValue().version());
      Sha256 sha256 = entry.getValue().sha256();
      out.writeBoolean(sha256 != null);
      if (sha256 != null) {
        out.write(sha256.bytes());
      }
    }
  }

  private static Map<String, KnownFile> readFiles(DataInputStream in) throws IOException {
    int count = in.readInt();
    Map<String, KnownFile> files = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      int version = in.readInt();
      Sha256 sha256 = in.readBoolean() ? Sha256.fromBytes(in.readNBytes(Sha256.LENGTH)) : null;
      files.put(name, new KnownFile(version, sha256));
    }
    return files;
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
