package dev.chancery.access;

import static dev.chancery.access.Operation.ADD_ROOT;
import static dev.chancery.access.Operation.ADOPT_KEY;
import static dev.chancery.access.Operation.BACKUP;
import static dev.chancery.access.Operation.CHECK;
import static dev.chancery.access.Operation.CONFIRM_CLOCK;
import static dev.chancery.access.Operation.CREATE_KEY;
import static dev.chancery.access.Operation.FREEZE_KEY;
import static dev.chancery.access.Operation.IMPORT_WATERMARKS;
import static dev.chancery.access.Operation.MAKE_CHECKPOINT;
import static dev.chancery.access.Operation.READ_CHECKPOINTS;
import static dev.chancery.access.Operation.READ_KEYS;
import static dev.chancery.access.Operation.READ_LEDGER;
import static dev.chancery.access.Operation.READ_REPOSITORIES;
import static dev.chancery.access.Operation.READ_WATERMARKS;
import static dev.chancery.access.Operation.REBASE;
import static dev.chancery.access.Operation.RETIRE_REPOSITORY;
import static dev.chancery.access.Operation.SET_CUSTODY;
import static dev.chancery.access.Operation.SIGN_SNAPSHOT;
import static dev.chancery.access.Operation.SIGN_TIMESTAMP;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a person or machine is here, and the whole of what that lets it do. */
enum AccessRole {
  /** Asks for signatures and for the keys that make them; nothing else. */
  TRUST_SERVER(SIGN_TIMESTAMP, SIGN_SNAPSHOT, CHECK, CREATE_KEY, READ_KEYS),
  /** Watches and tightens; gets no signature. */
  OPERATOR(
      CHECK,
      READ_KEYS,
      FREEZE_KEY,
      ADOPT_KEY,
      READ_REPOSITORIES,
      RETIRE_REPOSITORY,
      SET_CUSTODY,
      ADD_ROOT,
      READ_WATERMARKS,
      IMPORT_WATERMARKS,
      REBASE,
      READ_LEDGER,
      BACKUP,
      READ_CHECKPOINTS,
      MAKE_CHECKPOINT,
      CONFIRM_CLOCK),
  /** Reads everything and has checkpoints made; changes nothing else. */
  AUDITOR(
      READ_KEYS,
      READ_REPOSITORIES,
      READ_WATERMARKS,
      READ_LEDGER,
      READ_CHECKPOINTS,
      MAKE_CHECKPOINT),
  /** Known here, but works through ceremonies only. */
  ADMINISTRATOR,
  /** Known here, but works through ceremonies only. */
  CUSTODIAN,
  /** Reads checkpoints, to keep them elsewhere; nothing else. */
  WITNESS(READ_CHECKPOINTS);

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and nobody else has the set within
  private final Set<Operation> operations;

  AccessRole(Operation... operations) {
    Set<Operation> all = EnumSet.noneOf(Operation.class);
    Collections.addAll(all, operations);
    this.operations = Collections.unmodifiableSet(all);
  }

  Set<Operation> operations() {
    return operations;
  }

  /** The name in {@code access.yaml}: {@code trust-server} and so on. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> ids() {
    return List.of(values()).stream().map(AccessRole::id).toList();
  }
}
