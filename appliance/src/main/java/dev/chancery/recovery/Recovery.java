package dev.chancery.recovery;

import dev.chancery.access.Caller;
import dev.chancery.access.Operation;
import dev.chancery.api.KeyId;
import dev.chancery.api.KeyRecord;
import dev.chancery.api.Quote;
import dev.chancery.api.Refusal;
import dev.chancery.api.RefusedException;
import dev.chancery.api.RepositoryName;
import dev.chancery.api.Role;
import dev.chancery.api.Sha256;
import dev.chancery.api.Version;
import dev.chancery.crypto.VerificationKey;
import dev.chancery.keys.BoundKey;
import dev.chancery.keys.KeyAccess;
import dev.chancery.keys.KeyRegistry;
import dev.chancery.ledger.Approval;
import dev.chancery.ledger.BulkOutcome;
import dev.chancery.ledger.Ledger;
import dev.chancery.ledger.Rebase;
import dev.chancery.ledger.WatermarkImport;
import dev.chancery.metadata.FormOptions;
import dev.chancery.metadata.MetadataDialects;
import dev.chancery.metadata.VerifiedEnvelope;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Sets watermarks by the word of those who may: lists of re-bases and imports, each done as a whole
 * or not at all. Every document is verified here under the key it is for.
 */
public final class Recovery {
  private static final int MAX_REASON = 200;

  /** Documents of any age and size that a trust server may have. */
  private static final FormOptions ANY_FORM = new FormOptions(true, 100_000);

  private final Ledger ledger;
  private final KeyRegistry registry;
  private final KeyAccess access;
  private final InstantSource clock;
  private final int maxFirstJump;

  /**
   * Recovery of one appliance.
   *
   * @param maxFirstJump how far an import may raise a watermark without a document (RULES F-3)
   */
  public Recovery(
      Ledger ledger,
      KeyRegistry registry,
      KeyAccess access,
      InstantSource clock,
      int maxFirstJump) {
    this.ledger = ledger;
    this.registry = registry;
    this.access = access;
    this.clock = clock;
    this.maxFirstJump = maxFirstJump;
  }

  /**
   * Sets the keys of {@code list} to its documents, all or none.
   *
   * @param digest what was approved; that of the list, or nothing is done
   * @return what became of it; fails with {@code RefusedException} ROLE_NOT_ALLOWED or, for a list
   *     that is not the one approved or of another ledger, REQUEST_INVALID
   */
  public CompletableFuture<BulkOutcome> rebase(
      Caller caller, RebaseList list, Sha256 digest, String reason) {
    try {
      access.requireRole(caller, Operation.REBASE);
      requireSame(caller, "a list with digest ", list.digest().hex(), digest.hex());
      requireSame(caller, "a list for ledger ", list.ledger(), ledger.head().ledgerId());
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    List<BulkOutcome.Entry> refusals = new ArrayList<>();
    List<Rebase.Target> targets = new ArrayList<>();
    for (RebaseList.Entry entry : list.entries()) {
      take(caller, Operation.REBASE, entry.key(), key -> target(key, entry), targets, refusals);
    }
    Rebase order =
        new Rebase(
            targets,
            new Approval(digest, caller.name()),
            Quote.ascii(reason, MAX_REASON),
            !refusals.isEmpty());
    return ledger
        .rebase(order, clock.instant())
        .thenApply(outcome -> together(caller, Operation.REBASE, refusals, outcome));
  }

  /**
   * Raises watermarks to those of {@code file}, all or none.
   *
   * @param judgeOnly whether only to say what would become of it
   * @return as {@link #rebase}; the file may be of any ledger
   */
  public CompletableFuture<BulkOutcome> importWatermarks(
      Caller caller, WatermarkFile file, String reason, boolean judgeOnly) {
    Operation operation = Operation.IMPORT_WATERMARKS;
    try {
      access.requireRole(caller, operation);
    } catch (RefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
    List<BulkOutcome.Entry> refusals = new ArrayList<>();
    List<WatermarkImport.Entry> entries = new ArrayList<>();
    for (WatermarkFile.Entry entry : file.entries()) {
      take(caller, operation, entry.key(), key -> imported(key, entry), entries, refusals);
    }
    WatermarkImport order =
        new WatermarkImport(
            entries,
            caller.name(),
            Quote.ascii(reason, MAX_REASON),
            maxFirstJump,
            judgeOnly || !refusals.isEmpty());
    return ledger
        .importWatermarks(order, clock.instant())
        .thenApply(
            outcome -> {
              if (outcome instanceof BulkOutcome.Done && !order.judgeOnly()) {
                entries.forEach(entry -> registry.markUsed(entry.key().id()));
              }
              return together(caller, operation, refusals, outcome);
            });
  }

  private void requireSame(Caller caller, String what, String observed, String allowed) {
    if (!observed.equals(allowed)) {
      throw access.recorded(
          caller,
          Operation.REBASE,
          null,
          invalid(what + Quote.of(observed), what + Quote.of(allowed)));
    }
  }

  private <T> void take(
      Caller caller,
      Operation operation,
      KeyId id,
      Function<BoundKey, T> reader,
      List<T> taken,
      List<BulkOutcome.Entry> refusals) {
    BoundKey key;
    try {
      key = access.require(caller, operation, id);
    } catch (RefusedException e) {
      refusals.add(new BulkOutcome.Entry(id, e));
      return;
    }
    try {
      taken.add(reader.apply(key));
    } catch (RefusedException e) {
      refusals.add(new BulkOutcome.Entry(id, access.recorded(caller, operation, key.record(), e)));
    }
  }

  // What the ledger refuses of a list stands on the record like what was refused before it.
  private BulkOutcome together(
      Caller caller, Operation operation, List<BulkOutcome.Entry> before, BulkOutcome outcome) {
    List<BulkOutcome.Entry> all = new ArrayList<>(before);
    if (outcome instanceof BulkOutcome.Refused(var refusals)) {
      for (BulkOutcome.Entry each : refusals) {
        KeyRecord key = registry.find(each.key()).map(BoundKey::record).orElse(null);
        access.recorded(caller, operation, key, each.refusal());
        all.add(each);
      }
    }
    return all.isEmpty() ? outcome : new BulkOutcome.Refused(all);
  }

  private Rebase.Target target(BoundKey key, RebaseList.Entry entry) {
    requireOf(key.record(), entry.repository(), entry.role());
    VerifiedEnvelope document =
        verified(key, entry.document(), entry.to(), entry.canonicalSha256());
    return new Rebase.Target(key.record(), entry.from(), document.metadata());
  }

  private WatermarkImport.Entry imported(BoundKey key, WatermarkFile.Entry entry) {
    requireOf(key.record(), entry.repository(), entry.role());
    if (entry.dialect() != key.record().dialect()) {
      throw invalid("dialect " + entry.dialect().id(), "dialect " + key.record().dialect().id());
    }
    FileBytes file = entry.document();
    WatermarkImport.Shown shown = null;
    if (file != null) {
      VerifiedEnvelope document = verified(key, file, entry.version(), entry.canonicalSha256());
      shown = new WatermarkImport.Shown(document.metadata(), document.file().sha256());
    }
    return new WatermarkImport.Entry(key.record(), entry.version(), entry.canonicalSha256(), shown);
  }

  private static void requireOf(KeyRecord key, RepositoryName repository, Role role) {
    if (!key.repository().equals(repository) || key.role() != role) {
      throw invalid(
          "an entry for the " + role.id() + " key of " + Quote.of(repository.value()),
          "this is the " + key.role().id() + " key of " + Quote.of(key.repository().value()));
    }
  }

  private VerifiedEnvelope verified(BoundKey key, FileBytes file, Version version, Sha256 digest) {
    KeyRecord record = key.record();
    VerifiedEnvelope document =
        MetadataDialects.of(record.dialect())
            .verifyEnvelope(file.bytes(), record.role(), ANY_FORM, id -> keyOf(record, id));
    if (!document.signers().contains(record.id())) {
      throw new RefusedException(
          Refusal.SIGNATURE_INVALID,
          "a document without a signature by this key",
          "one that key " + record.id() + " signed",
          "fetch the file again from the trust server");
    }
    if (!document.metadata().version().equals(version)
        || !document.metadata().canonical().sha256().equals(digest)) {
      throw invalid(
          "version " + version + " and digest " + Quote.of(digest.hex()) + " for the document",
          "its own: version " + document.metadata().version());
    }
    return document;
  }

  private Optional<VerificationKey> keyOf(KeyRecord of, KeyId id) {
    return registry
        .find(id)
        .filter(other -> other.record().repository().equals(of.repository()))
        .filter(other -> other.record().role() == of.role())
        .map(BoundKey::verification);
  }

  private static RefusedException invalid(String observed, String allowed) {
    return new RefusedException(
        Refusal.REQUEST_INVALID, observed, allowed, "prepare the list again and look at it again");
  }
}
