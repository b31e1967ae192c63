-- The rows are the ledger; everything else is derived state, written in the same transaction.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- docs/ledger-format.md: canonical JSON, each with the hash of the row before it.
CREATE TABLE ledger_row (
  sequence INTEGER PRIMARY KEY,
  body     BLOB NOT NULL
);
CREATE TRIGGER ledger_row_is_append_only_update BEFORE UPDATE ON ledger_row
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;
CREATE TRIGGER ledger_row_is_append_only_delete BEFORE DELETE ON ledger_row
  BEGIN SELECT RAISE(ABORT, 'ledger rows are append-only'); END;

-- RFC 6962 subtree hash of each complete block of 256 rows: rows 256 * number and those after it.
CREATE TABLE tree_hash (
  number INTEGER PRIMARY KEY,
  hash   BLOB NOT NULL
);

-- The keys that sign checkpoints; the one made last is in use.
CREATE TABLE audit_key (
  number       INTEGER PRIMARY KEY,
  key_id       TEXT NOT NULL UNIQUE,  -- SHA-256 of the public key
  algorithm    TEXT NOT NULL,
  token_label  TEXT NOT NULL,
  token_serial TEXT NOT NULL,
  token_key_id TEXT NOT NULL,
  attributes   BLOB NOT NULL,
  public_key   BLOB NOT NULL UNIQUE,
  created      TEXT NOT NULL
);

CREATE TABLE repository (
  number          INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE,
  timestamp_key   INTEGER,  -- the timestamp key admitted last
  custody         TEXT NOT NULL DEFAULT 'here',
  timestamp_start INTEGER,  -- versions registered, from where a new key may start
  snapshot_start  INTEGER
);

CREATE TABLE signing_key (
  number       INTEGER PRIMARY KEY,
  key_id       TEXT NOT NULL UNIQUE,
  dialect      TEXT NOT NULL,
  repository   INTEGER NOT NULL REFERENCES repository (number),
  role         TEXT NOT NULL,
  algorithm    TEXT NOT NULL,
  mode         TEXT NOT NULL,
  token_label  TEXT,  -- these four are absent for a foreign key, and only for that
  token_serial TEXT,
  token_key_id TEXT,
  attributes   BLOB,
  status       TEXT NOT NULL,
  public_key   BLOB NOT NULL UNIQUE,
  created      TEXT NOT NULL,
  creator      TEXT NOT NULL,
  CHECK ((mode = 'foreign') = (token_key_id IS NULL))
);
CREATE TRIGGER retired_is_for_ever BEFORE UPDATE OF status ON signing_key
  WHEN OLD.status = 'retired' AND NEW.status <> 'retired'
  BEGIN SELECT RAISE(ABORT, 'a retired key stays retired'); END;

CREATE INDEX signing_key_by_repository ON signing_key (repository);

-- policy.KeyState; absent until the key's first admitted row. Times in microseconds since 1970.
CREATE TABLE key_state (
  signing_key        INTEGER PRIMARY KEY REFERENCES signing_key (number),
  watermark          INTEGER NOT NULL,
  digest             BLOB NOT NULL,     -- the first content admitted at the watermark,
  sequence           INTEGER NOT NULL,  -- the row that admitted it
  admitted           INTEGER NOT NULL,
  first_sequence     INTEGER NOT NULL,
  equal_since        INTEGER NOT NULL,
  equal_count        INTEGER NOT NULL,
  new_versions_level REAL NOT NULL,
  new_versions_at    INTEGER NOT NULL,
  new_hashes_level   REAL NOT NULL,
  new_hashes_at      INTEGER NOT NULL,
  before             BLOB NOT NULL,
  at                 BLOB NOT NULL,
  lowered_by         INTEGER NOT NULL DEFAULT 0,  -- the row that took the watermark back last
  resumed            INTEGER NOT NULL DEFAULT 0   -- 1 from a re-base or restore to the next admission
);
-- The last net under the rules: no statement takes a watermark back without naming a new row for it.
CREATE TRIGGER watermark_never_goes_back BEFORE UPDATE ON key_state
  WHEN NEW.watermark < OLD.watermark AND NEW.lowered_by <= OLD.lowered_by
  BEGIN SELECT RAISE(ABORT, 'a watermark never goes back'); END;

-- Further contents admitted at the watermark: seldom any, so a new version writes key_state alone.
CREATE TABLE other_content (
  signing_key INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  digest      BLOB NOT NULL,
  sequence    INTEGER NOT NULL,
  admitted    INTEGER NOT NULL,
  PRIMARY KEY (signing_key, version, digest)
) WITHOUT ROWID;

CREATE VIEW content (signing_key, version, digest, sequence, admitted) AS
  SELECT signing_key, watermark, digest, sequence, admitted FROM key_state
  UNION ALL SELECT signing_key, version, digest, sequence, admitted FROM other_content;

-- The row that holds the signature of the content admitted in another, so that a lost answer can be
-- repeated. Both numbers only grow: new entries all go to one page.
CREATE TABLE issued (
  content  INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL
);

-- Hashes that a key carried, beside those that its state holds.
CREATE TABLE seen_hash (
  signing_key    INTEGER NOT NULL,
  name           TEXT NOT NULL,
  hash           BLOB NOT NULL,
  first_sequence INTEGER NOT NULL,
  superseded     INTEGER NOT NULL,
  PRIMARY KEY (signing_key, name, hash)
) WITHOUT ROWID;

CREATE TABLE issued_snapshot (
  sha256      BLOB PRIMARY KEY,
  sha512      BLOB NOT NULL,
  length      INTEGER NOT NULL,
  signing_key INTEGER NOT NULL,
  version     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE caller_budget (
  caller TEXT PRIMARY KEY,
  level  REAL NOT NULL,
  at     INTEGER NOT NULL
) WITHOUT ROWID;
