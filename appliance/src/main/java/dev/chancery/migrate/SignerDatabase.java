package dev.chancery.migrate;

import dev.chancery.api.KeyId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Notary-signer's table of keys, read and never written. */
public final class SignerDatabase {
  private static final int PATIENCE_SECONDS = 10;
  private static final int READ_SECONDS = 120;

  private static final String KEYS =
      "SELECT key_id, gun, role, algorithm, passphrase_alias, public, created_at, last_used,"
          + " deleted_at FROM private_keys ORDER BY gun, role, id";

  private static final String PRIVATE_HALF =
      "SELECT private FROM private_keys WHERE key_id = ? AND deleted_at IS NULL";

  private SignerDatabase() {}

  /**
   * All its keys, by GUN, role and age; those it calls deleted too.
   *
   * @throws MigrationException if the database cannot be reached or has no such table
   */
  public static List<SignerKey> keys(DatabaseLogin login) {
    return reading(
        login,
        connection -> {
          List<SignerKey> keys = new ArrayList<>();
          try (PreparedStatement query = connection.prepareStatement(KEYS);
              ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
              keys.add(key(rows));
            }
          }
          return List.copyOf(keys);
        });
  }

  /**
   * The encrypted private half of one key.
   *
   * @return a JWE in compact form
   * @throws MigrationException if the database cannot be reached or no longer has the key
   */
  static String privateHalf(DatabaseLogin login, KeyId id) {
    byte[] encrypted =
        reading(
            login,
            connection -> {
              try (PreparedStatement query = connection.prepareStatement(PRIVATE_HALF)) {
                query.setString(1, id.hex());
                try (ResultSet rows = query.executeQuery()) {
                  return rows.next() ? rows.getBytes(1) : new byte[0];
                }
              }
            });
    if (encrypted.length == 0) {
      throw MigrationException.input("notary-signer's database no longer has key " + id);
    }
    return new String(encrypted, StandardCharsets.US_ASCII);
  }

  private static SignerKey key(ResultSet rows) throws SQLException {
    byte[] publicKey = rows.getBytes("public");
    return new SignerKey(
        rows.getString("key_id"),
        rows.getString("gun"),
        rows.getString("role"),
        rows.getString("algorithm"),
        rows.getString("passphrase_alias"),
        Base64.getEncoder().encodeToString(publicKey),
        time(rows, "created_at"),
        time(rows, "last_used"),
        time(rows, "deleted_at"));
  }

  private static @Nullable LocalDateTime time(ResultSet rows, String column) throws SQLException {
    return rows.getObject(column, LocalDateTime.class);
  }

  /** What is done with an open connection. */
  interface Reading<T> {
    T with(Connection connection) throws SQLException;
  }

  static <T> T reading(DatabaseLogin login, Reading<T> reading) {
    DatabaseLogin patient = patient(login);
    Properties settings = new Properties();
    settings.putAll(patient.settings());
    try (Connection connection = DriverManager.getConnection(patient.jdbcUrl(), settings)) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      T read = reading.with(connection);
      connection.rollback();
      return read;
    } catch (SQLException e) {
      throw MigrationException.unavailable(
          "notary-signer's database, " + login + ": " + firstLine(e), e);
    }
  }

  /** The drivers wait for ever unless told otherwise, each in words of its own. */
  private static DatabaseLogin patient(DatabaseLogin login) {
    return switch (login.product()) {
      case POSTGRESQL ->
          login.with(
              Map.of(
                  "connectTimeout", String.valueOf(PATIENCE_SECONDS),
                  "loginTimeout", String.valueOf(PATIENCE_SECONDS),
                  "socketTimeout", String.valueOf(READ_SECONDS),
                  "readOnly", "true"));
      case MARIADB ->
          login.with(
              Map.of(
                  "connectTimeout", String.valueOf(PATIENCE_SECONDS * 1000),
                  "socketTimeout", String.valueOf(READ_SECONDS * 1000),
                  // Go's driver does so too, but an eavesdropper between could answer with his key.
                  "allowPublicKeyRetrieval", String.valueOf(isLoopback(login.host()))));
    };
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
