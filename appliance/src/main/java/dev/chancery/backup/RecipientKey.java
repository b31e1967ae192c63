package dev.chancery.backup;

import java.io.ByteArrayInputStream;
import java.io.CharArrayReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/**
 * The private key of a recipient, from a PEM file (PKCS#8, or OpenSSL's older forms; with a
 * passphrase or without) or from a PKCS#12 file that holds one. Neither key nor passphrase appears
 * in errors.
 */
public final class RecipientKey {
  /** Of this package alone: not registered, so nothing else in the process begins to use it. */
  static final Provider BC = new BouncyCastleProvider();

  private static final int MAX_BYTES = 1 << 20;
  private static final byte DER_SEQUENCE = 0x30;

  private final PrivateKey key;

  private RecipientKey(PrivateKey key) {
    this.key = key;
  }

  /**
   * Reads the key.
   *
   * @param passphrase asked for only where the file needs one; wiped here
   * @throws BackupException that names the file and what is wrong
   * @throws IOException if it cannot be read
   */
  public static RecipientKey read(Path file, Supplier<char[]> passphrase) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new BackupException(file + " is larger than 1 MiB, so it is no private key");
    }
    byte[] content = Files.readAllBytes(file);
    char[][] typed = new char[1][];
    try {
      boolean pkcs12 = content.length > 0 && content[0] == DER_SEQUENCE;
      Supplier<char[]> once =
          () -> {
            typed[0] = passphrase.get();
            return typed[0];
          };
      PrivateKey key = pkcs12 ? fromPkcs12(content, once.get()) : fromPem(content, once);
      if (key == null) {
        throw new BackupException(file + " holds no private key");
      }
      if (!List.of("RSA", "EC", "ECDSA").contains(key.getAlgorithm())) {
        throw new BackupException(file + " holds a key of type " + key.getAlgorithm());
      }
      return new RecipientKey(key);
    } catch (GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | org.bouncycastle.openssl.PEMException e) {
      throw new BackupException(file + " cannot be opened: wrong passphrase, or damaged", e);
    } finally {
      Arrays.fill(content, (byte) 0);
      if (typed[0] != null) {
        Arrays.fill(typed[0], '\0');
      }
    }
  }

  private static @Nullable PrivateKey fromPkcs12(byte[] content, char[] passphrase)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(new ByteArrayInputStream(content), passphrase);
    } catch (IOException e) {
      throw new GeneralSecurityException("no PKCS#12 file, or another passphrase", e);
    }
    for (String alias : Collections.list(store.aliases())) {
      if (store.getKey(alias, passphrase) instanceof PrivateKey key) {
        return key;
      }
    }
    return null;
  }

  private static @Nullable PrivateKey fromPem(byte[] content, Supplier<char[]> passphrase)
      throws IOException, OperatorCreationException, PKCSException {
    CharBuffer text = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(content));
    try (PEMParser parser = new PEMParser(new CharArrayReader(text.array(), 0, text.remaining()))) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter().setProvider(BC);
      for (Object read = parser.readObject(); read != null; read = parser.readObject()) {
        PrivateKeyInfo info = info(read, passphrase);
        if (info != null) {
          return converter.getPrivateKey(info);
        }
      }
      return null;
    } finally {
      Arrays.fill(text.array(), '\0');
    }
  }

  private static @Nullable PrivateKeyInfo info(Object read, Supplier<char[]> passphrase)
      throws IOException, OperatorCreationException, PKCSException {
    return switch (read) {
      case PrivateKeyInfo info -> info;
      case PEMKeyPair pair -> pair.getPrivateKeyInfo();
      case PKCS8EncryptedPrivateKeyInfo encrypted ->
          encrypted.decryptPrivateKeyInfo(
              new JceOpenSSLPKCS8DecryptorProviderBuilder()
                  .setProvider(BC)
                  .build(passphrase.get()));
      case PEMEncryptedKeyPair encrypted ->
          encrypted
              .decryptKeyPair(
                  new JcePEMDecryptorProviderBuilder().setProvider(BC).build(passphrase.get()))
              .getPrivateKeyInfo();
      default -> null; // A certificate or parameters beside the key.
    };
  }

  PrivateKey key() {
    return key;
  }

  boolean isRsa() {
    return key.getAlgorithm().equals("RSA");
  }

  @Override
  public String toString() {
    return "RecipientKey[hidden]";
  }
}
