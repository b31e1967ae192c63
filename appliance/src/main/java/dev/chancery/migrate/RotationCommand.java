package dev.chancery.migrate;

import dev.chancery.api.Role;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a publisher types to give a role of his repository a new key of the trust server's signer.
 *
 * @param server the trust server as publishers reach it
 * @param ca PEM: the authority of its certificate
 * @param trustDirectory where the publisher's client keeps its keys; a leading {@code ~} is left to
 *     the shell
 */
public record RotationCommand(URI server, Path ca, String trustDirectory) {
  /** The command line, for a POSIX shell. */
  public String line(String gun, Role role) {
    return List.of(
            "notary",
            "-s",
            quoted(server.toString()),
            "--tlscacert",
            quoted(ca.toString()),
            "-d",
            trustDirectory.startsWith("~/")
                ? "~/" + quoted(trustDirectory.substring(2))
                : quoted(trustDirectory),
            "key rotate",
            quoted(gun),
            role.id(),
            "-r")
        .stream()
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:@%+,=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
