package dev.chancery.ledger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresContractTest extends LedgerContract {
  private static PostgresServer server;

  private String url = "";

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  LedgerBench.Place newPlace() {
    url = server.newDatabase();
    return new PostgresLedgerTest.InDatabase(server, url);
  }

  @Override
  LedgerReader reader() {
    return PostgresLedger.reader(url, server.login());
  }
}
