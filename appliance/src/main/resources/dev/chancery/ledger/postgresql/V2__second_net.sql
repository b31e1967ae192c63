-- What the tables themselves refuse, whatever a program believes. The first net is the lock on
-- ledger_head and the rules; this one holds against a program that forgets them.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;

CREATE TRIGGER ledger_row_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_row
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('ledger rows are append-only');

-- The same sequence is written again only by a step that changes the version of the tables.
CREATE TRIGGER ledger_head_never_goes_back BEFORE UPDATE ON ledger_head
  FOR EACH ROW WHEN (
    NEW.schema < OLD.schema OR NEW.sequence < OLD.sequence
    OR (NEW.sequence = OLD.sequence AND (NEW.hash <> OLD.hash OR NEW.schema = OLD.schema)))
  EXECUTE FUNCTION refuse('the head never goes back');
CREATE TRIGGER ledger_head_stays BEFORE DELETE OR TRUNCATE ON ledger_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('the head stays');

CREATE TRIGGER tree_hash_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tree_hash
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('hashes of rows are append-only');
CREATE TRIGGER issued_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issued
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what was issued is append-only');
CREATE TRIGGER issued_snapshot_is_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON issued_snapshot
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('what was issued is append-only');
CREATE TRIGGER audit_key_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('audit keys are append-only');

CREATE TRIGGER signing_key_stays BEFORE DELETE OR TRUNCATE ON signing_key
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('no key is ever deleted');
CREATE TRIGGER signing_key_never_changes BEFORE UPDATE ON signing_key
  FOR EACH ROW WHEN (
    NEW.number <> OLD.number OR NEW.key_id <> OLD.key_id OR NEW.public_key <> OLD.public_key
    OR NEW.repository <> OLD.repository OR NEW.role <> OLD.role OR NEW.dialect <> OLD.dialect)
  EXECUTE FUNCTION refuse('a key is bound for ever');
CREATE TRIGGER retired_is_for_ever BEFORE UPDATE ON signing_key
  FOR EACH ROW WHEN (OLD.status = 'retired' AND NEW.status <> 'retired')
  EXECUTE FUNCTION refuse('a retired key stays retired');

CREATE TRIGGER key_state_stays BEFORE DELETE OR TRUNCATE ON key_state
  FOR EACH STATEMENT EXECUTE FUNCTION refuse('no key forgets what it signed');
-- No statement takes a watermark back without naming a new row for it.
CREATE TRIGGER watermark_never_goes_back BEFORE UPDATE ON key_state
  FOR EACH ROW WHEN (NEW.watermark < OLD.watermark AND NEW.lowered_by <= OLD.lowered_by)
  EXECUTE FUNCTION refuse('a watermark never goes back');

ALTER TABLE ledger_head ALTER COLUMN schema SET DEFAULT 2;
UPDATE ledger_head SET schema = 2;
