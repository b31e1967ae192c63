package dev.chancery.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of {@code db_url} that the Go drivers of notary-signer take. */
class DatabaseUrlTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://signer:pw@db:5433/keys?sslmode=disable | jdbc:postgresql://db:5433/keys",
        "postgresql://signer@db/keys | jdbc:postgresql://db:5432/keys",
        "postgres://signer@notary_db:5433/keys | jdbc:postgresql://notary_db:5433/keys",
        "postgres://signer@[::1]:5433/keys | jdbc:postgresql://[::1]:5433/keys",
        "postgres://signer@db | jdbc:postgresql://db:5432/signer",
        "host=db port=5433 user=signer dbname=keys | jdbc:postgresql://db:5433/keys",
        "user=signer dbname=keys | jdbc:postgresql://localhost:5432/keys",
        "signer:pw@tcp(db:3307)/keys?parseTime=True | jdbc:mariadb://db:3307/keys",
        "signer:pw@tcp(db)/keys | jdbc:mariadb://db:3306/keys",
        "signer@tcp([::1]:3307)/keys | jdbc:mariadb://[::1]:3307/keys",
        "signer:p@w/x:y@tcp(db:3307)/keys | jdbc:mariadb://db:3307/keys",
        "signer@/keys | jdbc:mariadb://127.0.0.1:3306/keys",
      })
  void findsThePlace(String url, String jdbcUrl) {
    assertEquals(jdbcUrl, DatabaseUrl.parse(url).jdbcUrl());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://sig%6Eer:p%40w+x@db/keys | signer | p@w+x",
        "user=signer password='p w\\'x' dbname=keys | signer | p w'x",
        "signer:p@w:/x@tcp(db)/keys | signer | p@w:/x",
      })
  void findsTheLogin(String url, String user, String password) {
    Map<String, String> settings = DatabaseUrl.parse(url).settings();
    assertEquals(user, settings.get("user"));
    assertEquals(password, settings.get("password"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://s@db/keys | sslmode | require",
        "postgres://s@db/keys?sslmode=verify-full&sslrootcert=/ca.crt | sslrootcert | /ca.crt",
        "postgres://s@db/keys?sslmode=disable | sslmode | disable",
        "s@tcp(db)/keys | sslMode | disable",
        "s@tcp(db)/keys?tls=true | sslMode | verify-full",
        "s@tcp(db)/keys?parseTime=true&tls=skip-verify | sslMode | trust",
      })
  void encryptsAsTheGoDriverWould(String url, String setting, String value) {
    assertEquals(value, DatabaseUrl.parse(url).settings().get(setting));
  }

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(
      strings = {
        "",
        "secret",
        "postgres://s:secret@db:543x/keys",
        "postgres://s:sec%ret@db/keys",
        "postgres://s:secret@db/keys with spaces",
        "host=/run/postgresql user=s password=secret",
        "host=db user=s password=secret dbname=a;b",
        "s:secret@unix(/run/mysqld.sock)/keys",
        "s:secret@tcp(db:99999)/keys",
        "s:secret@tcp(db)/",
        "s:secret@tcp(db)/keys?tls=custom",
        "s:secret@tcp(db/evil?x=)/keys",
      })
  void saysWhatIsWrongWithoutQuotingIt(String url) {
    MigrationException thrown =
        assertThrows(MigrationException.class, () -> DatabaseUrl.parse(url));
    assertEquals(MigrationException.Kind.INPUT, thrown.kind());
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.startsWith("the database URL of notary-signer "), message);
    assertFalse(message.contains("secret"), message);
    assertEquals(null, thrown.getCause(), "a cause would quote the URL");
  }

  @Test
  void theTextOfALoginShowsThePlaceAlone() {
    assertEquals(
        "postgresql://db:5432/keys", DatabaseUrl.parse("postgres://s:pw@db/keys").toString());
  }

  @Test
  void readsNotarySignersOwnFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("signer-config.json");
    Files.writeString(
        file,
        """
        {"server": {"grpc_addr": ":7899"}, "storage":
          {"backend": "mysql", "db_url": "s:secret@tcp(db:3306)/keys?parseTime=true",
           "default_alias": "alias1"}}
        """);
    assertEquals("jdbc:mariadb://db:3306/keys", SignerConfig.ofConfigFile(file).jdbcUrl());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"storage\": {\"backend\": \"memory\"}} | in memory alone",
        "{\"storage\": {\"backend\": \"rethinkdb\"}} | must be postgres or mysql",
        "{\"storage\": secret} | is not JSON",
        "{} | must be postgres or mysql",
      })
  void saysWhyAFileIsOfNoUse(String text, String why, @TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("signer-config.json"), text);
    String message =
        String.valueOf(
            assertThrows(MigrationException.class, () -> SignerConfig.ofConfigFile(file))
                .getMessage());
    assertTrue(message.contains(why), message);
    assertFalse(message.contains("secret"), message);
  }
}
