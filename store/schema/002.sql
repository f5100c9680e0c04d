-- Procedures under way (cases), decisions, proofs of possession; indexes of the lists that procedures show.

CREATE TABLE procedure_case ( -- one user's procedure; finished at most once
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	version INTEGER NOT NULL,
	procedure TEXT NOT NULL,
	step TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'stopped')),
	login_record INTEGER REFERENCES membership (id),      -- whose it is; NULL before login
	cert TEXT NOT NULL CHECK (length(cert) = 64),         -- CERT_DIGEST of the login
	membership_id INTEGER REFERENCES membership (id),     -- what it has made
	created_utc_s INTEGER NOT NULL,
	changed_utc_s INTEGER NOT NULL,
	expires_utc_s INTEGER NOT NULL
) STRICT;
CREATE INDEX procedure_case_login ON procedure_case (login_record, id);
CREATE INDEX procedure_case_membership ON procedure_case (membership_id);
CREATE TRIGGER procedure_case_once BEFORE UPDATE ON procedure_case WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'the case is closed'); END;

CREATE TABLE procedure_case_value ( -- what was given so far
	case_id INTEGER NOT NULL REFERENCES procedure_case (id),
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (case_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE procedure_case_file ( -- the application until the case is finished
	case_id INTEGER PRIMARY KEY REFERENCES procedure_case (id),
	bytes BLOB NOT NULL
) STRICT;

CREATE TABLE decision ( -- what an administrator decided about a record, and why
	id INTEGER PRIMARY KEY,
	membership_id INTEGER NOT NULL REFERENCES membership (id),
	status INTEGER NOT NULL CHECK (status IN (2, 3)),
	reason TEXT NOT NULL,
	administrator TEXT NOT NULL,
	decided_utc_s INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_membership ON decision (membership_id);

CREATE INDEX membership_group ON membership (user_group, status);
CREATE INDEX membership_principal ON membership (principal_membership) WHERE principal_membership IS NOT NULL;
CREATE INDEX membership_administered ON membership (administered_group) WHERE administered_group IS NOT NULL;
CREATE INDEX application_membership ON application (membership_id);

CREATE TABLE possession ( -- the path by which a certificate's holder proves that he has its key
	membership_id INTEGER PRIMARY KEY REFERENCES membership (id),
	token TEXT NOT NULL UNIQUE,
	asked_utc_s INTEGER NOT NULL
) STRICT;

-- a proof makes a waiting record bind its certificate (FZ-VS10): only one user can
CREATE TRIGGER web_service_unique_possession BEFORE UPDATE OF possession_proven ON web_service
WHEN NEW.possession_proven = 1 AND EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE (w.cert_digest = NEW.cert_digest OR (w.issuer = NEW.issuer AND w.serial = NEW.serial)) AND m.live
	AND (m.status = 2 OR w.possession_proven = 1)
	AND m.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

-- FZ-VS3: a group has one external administrator (vs231-03.3a, vs231-04.x)
CREATE UNIQUE INDEX membership_one_administrator_of ON membership (administered_group)
	WHERE scheme = 3 AND user_group = 90 AND member_kind = 1 AND live;

CREATE TABLE reminder ( -- that a registered certificate expires: said once for each number of days before
	membership_id INTEGER NOT NULL REFERENCES membership (id),
	cert_digest TEXT NOT NULL,
	days INTEGER NOT NULL,
	said_utc_s INTEGER NOT NULL,
	PRIMARY KEY (membership_id, cert_digest, days)
) STRICT, WITHOUT ROWID;
CREATE INDEX web_service_expiry ON web_service (not_after_utc_s);
