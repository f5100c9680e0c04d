-- Trusted lists (TS 119 612) that came into force; the newest of a territory is the one in force. They stay: a decision of the past is
-- explained by the list of that day.
CREATE TABLE trusted_list (
	id INTEGER PRIMARY KEY,
	territory TEXT NOT NULL,
	sequence INTEGER NOT NULL CHECK (sequence > 0),
	issued_utc_s INTEGER NOT NULL,
	next_update_utc_s INTEGER NOT NULL,
	imported_utc_s INTEGER NOT NULL,
	digest TEXT NOT NULL CHECK (length(digest) = 64),  -- SHA-256 of the file
	signer TEXT NOT NULL CHECK (length(signer) = 64),  -- SHA-256 of the certificate that signed it
	pinned_by TEXT NOT NULL CHECK (pinned_by IN ('signer', 'lotl')), -- who vouches for the signer
	providers INTEGER NOT NULL,
	services INTEGER NOT NULL,
	granted_ca_qc INTEGER NOT NULL,
	changes BLOB NOT NULL,         -- JSON: against the list before
	record BLOB NOT NULL,          -- JSON: what was read under the signature (certs/tsl_json.h)
	xml BLOB NOT NULL              -- the file
) STRICT;
CREATE UNIQUE INDEX trusted_list_sequence ON trusted_list (territory, sequence);

CREATE TRIGGER trusted_list_newer BEFORE INSERT ON trusted_list
WHEN NEW.sequence <= (SELECT max(sequence) FROM trusted_list WHERE territory = NEW.territory)
BEGIN SELECT RAISE(ABORT, 'a trusted list of this number or a later one is in force'); END;
CREATE TRIGGER trusted_list_fixed BEFORE UPDATE ON trusted_list
BEGIN SELECT RAISE(ABORT, 'a trusted list that came into force is fixed'); END;
