package dev.chancery.backup;

import dev.chancery.api.Sha256;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.List;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataParser;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipientInformation;
import org.bouncycastle.cms.KeyTransRecipientInformation;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.crypto.DataLengthException;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.jspecify.annotations.Nullable;

/**
 * CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), of any length in little memory. The
 * tag stands at the end: what is read before it may have been changed by anybody.
 *
 * <p>The tag does not cover what stands before the content, the recipients: {@link Sealing#head}
 * says what was there, for the content to repeat it.
 */
final class Envelope {
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  /** How a file ends: that of the content, the tag of 16 bytes, and those of what holds both. */
  private static final byte[] TAG_HEADER = {0, 0, 0x04, 0x10};

  private static final int TAG_BYTES = 16;
  private static final int END_BYTES = 6;
  private static final int BUFFER = 1 << 16;

  private Envelope() {}

  /**
   * What stands before the content.
   *
   * @param length bytes from the start of the file
   */
  record Head(int length, Sha256 sha256) {}

  /**
   * An envelope being written; closing {@code content} ends it and leaves the stream below open.
   */
  record Sealing(OutputStream content, Head head) {}

  /** Begins an envelope for {@code recipients}, one or more. */
  static Sealing seal(OutputStream out, List<Recipient> recipients) throws IOException {
    CMSAuthEnvelopedDataStreamGenerator generator = new CMSAuthEnvelopedDataStreamGenerator();
    HeadStream head = new HeadStream(out);
    try {
      for (Recipient each : recipients) {
        generator.addRecipientInfoGenerator(each.isRsa() ? transport(each) : agreement(each));
      }
      OutputAEADEncryptor encryptor =
          (OutputAEADEncryptor)
              new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM)
                  .setProvider(RecipientKey.BC)
                  .build();
      OutputStream content = generator.open(head, encryptor);
      return new Sealing(content, head.end());
    } catch (CMSException | GeneralSecurityException e) {
      throw new BackupException("the backup cannot be encrypted: " + e.getMessage(), e);
    }
  }

  private static RecipientInfoGenerator transport(Recipient recipient)
      throws GeneralSecurityException {
    return new JceKeyTransRecipientInfoGenerator(
            recipient.certificate(),
            new JcaAlgorithmParametersConverter()
                .getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, OAEP))
        .setProvider(RecipientKey.BC);
  }

  private static RecipientInfoGenerator agreement(Recipient recipient)
      throws GeneralSecurityException {
    ECPublicKey key = (ECPublicKey) recipient.certificate().getPublicKey();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", RecipientKey.BC);
    generator.initialize(key.getParams());
    KeyPair ephemeral = generator.generateKeyPair();
    return new JceKeyAgreeRecipientInfoGenerator(
            CMSAlgorithm.ECDH_SHA256KDF,
            ephemeral.getPrivate(),
            ephemeral.getPublic(),
            CMSAlgorithm.AES256_WRAP)
        .addRecipient(recipient.certificate())
        .setProvider(RecipientKey.BC);
  }

  /**
   * The content of the envelope in {@code file}; nothing of it counts until its end was read
   * without an exception.
   *
   * @throws BackupException if it is none, or not for {@code key}
   */
  static InputStream open(Path file, RecipientKey key) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      InputStream content = content(new CMSAuthEnvelopedDataParser(in), key);
      if (content == null) {
        throw new BackupException(file + " is not encrypted to this key, or was damaged");
      }
      return new ContentStream(content, in);
    } catch (CMSException | IOException | RuntimeException e) {
      in.close();
      throw e instanceof BackupException known ? known : damaged(file, e);
    }
  }

  /** What a file that is no whole backup is called, whatever the library says of it. */
  static BackupException damaged(Path file, Exception cause) {
    String what = cause.getMessage() == null ? "it ends too early" : cause.getMessage();
    return new BackupException(
        file + " is no backup, or was cut off, damaged or changed: " + what, cause);
  }

  private static @Nullable InputStream content(CMSAuthEnvelopedDataParser parser, RecipientKey key)
      throws IOException {
    for (RecipientInformation each : parser.getRecipientInfos().getRecipients()) {
      org.bouncycastle.cms.Recipient opener = opener(each, key);
      if (opener != null) {
        try {
          return each.getContentStream(opener).getContentStream();
        } catch (CMSException | DataLengthException e) {
          // Made for another key (and for RSA perhaps a number beyond this one's modulus): no
          // error,
          // there may be several recipients.
        }
      }
    }
    return null;
  }

  private static org.bouncycastle.cms.@Nullable Recipient opener(
      RecipientInformation recipient, RecipientKey key) {
    return switch (recipient) {
      case KeyTransRecipientInformation _ when key.isRsa() ->
          new JceKeyTransAuthEnvelopedRecipient(key.key()).setProvider(RecipientKey.BC);
      case KeyAgreeRecipientInformation _ when !key.isRsa() ->
          new JceKeyAgreeAuthEnvelopedRecipient(key.key()).setProvider(RecipientKey.BC);
      default -> null;
    };
  }

  /**
   * Makes sure that what stands around the content is as it was written.
   *
   * @throws BackupException if it is not
   */
  static void requireUnchanged(Path file, Head head) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      long size = channel.size();
      int ends = TAG_HEADER.length + TAG_BYTES + END_BYTES;
      if (head.length() > size - ends) {
        throw new BackupException(file + " was cut off");
      }
      ByteBuffer before = ByteBuffer.allocate(head.length());
      readFully(channel, 0, before);
      ByteBuffer end = ByteBuffer.allocate(ends);
      readFully(channel, size - ends, end);
      boolean same = Sha256.of(before.array()).equals(head.sha256());
      for (int i = 0; i < ends; i++) {
        int expected =
            i < TAG_HEADER.length ? TAG_HEADER[i] : i < ends - END_BYTES ? end.get(i) : 0;
        same &= end.get(i) == expected;
      }
      if (!same) {
        throw new BackupException(
            file + " was damaged or changed: its recipients or its end are not as they were");
      }
    }
  }

  private static void readFully(SeekableByteChannel channel, long position, ByteBuffer into)
      throws IOException {
    channel.position(position);
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
  }

  /** Takes the hash of what passes until {@link #end}. */
  private static final class HeadStream extends FilterOutputStream {
    private final MessageDigest digest;
    private int length;
    private boolean ended;

    HeadStream(OutputStream out) {
      super(out);
      try {
        this.digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    Head end() {
      ended = true;
      return new Head(length, Sha256.fromBytes(digest.digest()));
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (!ended) {
        digest.update(bytes, from, count);
        length += count;
      }
      out.write(bytes, from, count);
    }
  }

  /** Closes the file with the content. */
  private static final class ContentStream extends FilterInputStream {
    private final InputStream file;

    ContentStream(InputStream content, InputStream file) {
      super(content);
      this.file = file;
    }

    @Override
    public void close() throws IOException {
      // Closing the content would read its rest to check the tag: who needs that has read it.
      file.close();
    }
  }
}
