-- What the role that Chancery's nodes log in with may do, and no more. The owner of the tables runs
-- this after 'chancery ledger migrate', each time:
--   psql -v ON_ERROR_STOP=1 -v role=chancery -f grants.sql chancery
GRANT SELECT, INSERT ON ledger_row, tree_hash, audit_key, issued, issued_snapshot TO :"role";
GRANT SELECT, INSERT, UPDATE ON ledger_head, setting, repository, signing_key, key_state,
  caller_budget TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON other_content, seen_hash TO :"role";
GRANT SELECT ON content, segment TO :"role";
