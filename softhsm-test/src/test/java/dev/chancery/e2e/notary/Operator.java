package dev.chancery.e2e.notary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chancery.cli.CommandFixture;
import dev.chancery.cli.CommandRun;
import dev.chancery.softhsm.Chancery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody at the command line who brings ledger and trust server together again. */
final class Operator {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Chancery chancery;
  private final NotaryStack stack;
  private final Path desk;

  /**
   * @param desk a directory for lists
   */
  Operator(Chancery chancery, NotaryStack stack, Path desk) {
    this.chancery = chancery;
    this.stack = stack;
    this.desk = desk;
  }

  private CommandRun chancery(String... words) {
    return CommandFixture.runOnce(desk, words);
  }

  /** {@code chancery reconcile} of one repository. */
  CommandRun reconciled(String gun, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "reconcile",
                "--trust-server",
                stack.server().uri().toString(),
                "--trust-server-ca",
                chancery.tls("ca.crt").toString(),
                "--repository",
                gun,
                chancery.directory().toString()));
    words.addAll(List.of(more));
    return chancery(words.toArray(new String[0]));
  }

  /** The same of all repositories. */
  CommandRun reconciledAll() {
    return chancery(
        "reconcile",
        "--trust-server",
        stack.server().uri().toString(),
        "--trust-server-ca",
        chancery.tls("ca.crt").toString(),
        chancery.directory().toString());
  }

  /** What differs, one line each: what, role, version, and how up to a comma. */
  List<String> drift(String gun) {
    CommandRun run = reconciled(gun, "--json");
    List<String> drift = new ArrayList<>();
    for (JsonNode each : json(run).get("drift")) {
      drift.add(
          "%s %s %s %s"
              .formatted(
                  each.get("what").asText(),
                  each.get("role").asText(),
                  each.path("version").asText("-"),
                  each.get("how").asText().split(",", 2)[0]));
    }
    assertEquals(drift.isEmpty() ? 0 : 1, run.exitCode(), run::toString);
    return drift;
  }

  private static JsonNode json(CommandRun run) {
    try {
      return JSON.readTree(run.output());
    } catch (IOException e) {
      throw new UncheckedIOException(run.toString(), e);
    }
  }

  /** Runs one command line against the appliance. */
  CommandRun onServer(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(
        List.of(
            "--dir", chancery.directory().toString(), "--server", chancery.restUri().toString()));
    return chancery(all.toArray(new String[0]));
  }

  /** Sets the keys of {@code list} as a person would who was told its digest. */
  void apply(String list) {
    String digest = digestOf(list);
    CommandRun wrong =
        onServer("rebase", "apply", "--reason", "x", "--digest", "00".repeat(32), list);
    assertEquals(1, wrong.exitCode(), wrong::toString);
    CommandRun run = onServer("rebase", "apply", "--reason", "a test", "--digest", digest, list);
    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.output().contains("set: "), run::toString);
    CommandRun again = onServer("rebase", "apply", "--reason", "a test", "--digest", digest, list);
    assertEquals(1, again.exitCode(), again::toString);
    assertTrue(again.errors().contains("WATERMARK_MOVED"), again::toString);
  }

  String digestOf(String list) {
    try {
      return JSON.readTree(Files.readAllBytes(desk.resolve(list))).get("digest").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
