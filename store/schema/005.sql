-- What a change of the registry commits to in the audit trail (docs/AUDIT.md section 11).
ALTER TABLE history ADD COLUMN salt BLOB CHECK (length(salt) = 16); -- NULL: written before this step
CREATE TABLE audit_change ( -- where the record of a change stands: to look it up, nothing more
	history_to INTEGER PRIMARY KEY,      -- its last row of history
	idx INTEGER NOT NULL
) STRICT;
