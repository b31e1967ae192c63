-- Segments: rows that are in a file of their own and no longer here, but those still needed. One for
-- each row of kind archive, which is durable with it before any row is deleted.
CREATE TABLE segment (
  through  BIGINT PRIMARY KEY,  -- the last row in it
  first    BIGINT NOT NULL,
  sequence BIGINT NOT NULL,     -- the row of kind archive
  length   BIGINT NOT NULL,     -- of the file, in bytes
  sha256   BYTEA NOT NULL
);
CREATE TRIGGER segment_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON segment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('a segment stays what it is');

-- The argument is the column that holds the row's sequence.
CREATE FUNCTION refuse_unarchived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(OLD) ->> TG_ARGV[0])::BIGINT > (SELECT COALESCE(MAX(through), -1) FROM segment) THEN
    RAISE EXCEPTION '%', TG_ARGV[1];
  END IF;
  RETURN OLD;
END $$;

DROP TRIGGER ledger_row_is_append_only ON ledger_row;
CREATE TRIGGER ledger_row_is_append_only BEFORE UPDATE OR TRUNCATE ON ledger_row
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('ledger rows are append-only');
CREATE TRIGGER only_archived_rows_are_deleted BEFORE DELETE ON ledger_row
  FOR EACH ROW EXECUTE FUNCTION
  refuse_unarchived('sequence', 'only archived ledger rows are deleted');

DROP TRIGGER issued_is_append_only ON issued;
CREATE TRIGGER issued_is_append_only BEFORE UPDATE OR TRUNCATE ON issued
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what was issued is append-only');
CREATE TRIGGER only_archived_issues_are_deleted BEFORE DELETE ON issued
  FOR EACH ROW EXECUTE FUNCTION
  refuse_unarchived('content', 'only what was issued for archived rows is deleted');

ALTER TABLE ledger_head ALTER COLUMN schema SET DEFAULT 3;
UPDATE ledger_head SET schema = 3;
