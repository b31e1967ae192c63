-- What the role that 'chancery audit archive' logs in with may do, and no more: another than the
-- nodes', which cannot delete a row. The owner of the tables runs this after each migration:
--   psql -v ON_ERROR_STOP=1 -v role=chancery_archive -f grants-archive.sql chancery
GRANT SELECT, INSERT ON ledger_row, tree_hash, segment TO :"role";
GRANT SELECT, INSERT, UPDATE ON ledger_head, setting TO :"role";
GRANT SELECT ON audit_key, issued, issued_snapshot, repository, signing_key, key_state,
  other_content, seen_hash, content, caller_budget TO :"role";
GRANT DELETE ON ledger_row, issued TO :"role";
