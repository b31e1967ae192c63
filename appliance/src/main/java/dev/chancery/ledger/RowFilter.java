package dev.chancery.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which rows somebody wants to see; null asks for nothing.
 *
 * @param repository its name
 * @param keyId of the key a row is about
 * @param caller who asked
 * @param refusedOnly refusals and their summaries alone
 * @param since not before
 * @param until not after
 */
public record RowFilter(
    @Nullable String repository,
    @Nullable String keyId,
    @Nullable String caller,
    boolean refusedOnly,
    @Nullable Instant since,
    @Nullable Instant until) {
  /**
   * Whether {@code row} is wanted.
   *
   * @param repositoryOf the repository of a key by its id, for rows that name the key alone
   */
  public boolean fits(ParsedRow row, Function<String, Optional<String>> repositoryOf) {
    Instant time = Instant.parse(row.text("time"));
    return has(repositoryOf(row, repositoryOf), repository)
        && has(row.optionalText("keyid"), keyId)
        && has(row.optionalText("caller"), caller)
        && (!refusedOnly || isRefusal(row))
        && (since == null || !time.isBefore(since))
        && (until == null || !time.isAfter(until));
  }

  /** The repository that {@code row} is about, if it is about one. */
  public static Optional<String> repositoryOf(
      ParsedRow row, Function<String, Optional<String>> repositoryOf) {
    return row.optionalText("repository").or(() -> row.optionalText("keyid").flatMap(repositoryOf));
  }

  private static boolean isRefusal(ParsedRow row) {
    return row.text("kind").equals("refusals") || has(row.optionalText("outcome"), "refused");
  }

  private static boolean has(Optional<String> found, @Nullable String wanted) {
    return wanted == null || found.filter(wanted::equals).isPresent();
  }
}
