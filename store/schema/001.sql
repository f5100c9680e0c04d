-- eCEU and VASH: the full field set of FZ 2.1, 2.5, 2.10 from the start; history; audit trail.
-- <n> and [n] in comments are the field numbers of the FZ. Times: *_utc_s seconds, *_utc_ms milliseconds.

CREATE TABLE write_context ( -- who causes the changes of the running transaction; empty outside of the program
	id INTEGER PRIMARY KEY CHECK (id = 1),
	procedure TEXT NOT NULL,
	who TEXT NOT NULL,
	on_behalf TEXT NOT NULL DEFAULT '',
	idp_im TEXT NOT NULL DEFAULT '',
	idp_string TEXT NOT NULL DEFAULT '',
	cert TEXT NOT NULL DEFAULT '',
	actor_davcna TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE subject (
	eceu_id INTEGER PRIMARY KEY AUTOINCREMENT,            -- <1>
	position INTEGER NOT NULL CHECK (position IN (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 41)), -- <2>
	emso TEXT CHECK (length(emso) = 13),                  -- <3>
	maticna TEXT CHECK (length(maticna) = 10),            -- <4>
	davcna TEXT CHECK (length(davcna) = 8),               -- <5>
	personal_name TEXT,                                   -- <6>
	firm TEXT,                                            -- <7>
	legal_form INTEGER CHECK (legal_form BETWEEN 100 AND 999), -- <7a>
	prs_status INTEGER CHECK (prs_status IN (1, 2)),      -- <7b> 1 active, 2 deleted
	birth_date TEXT,                                      -- <9a> YYYY-MM-DD
	sipass_id TEXT,                                       -- <9b>
	euid TEXT,                                            -- <10>
	seat_country TEXT CHECK (length(seat_country) = 3),   -- <11> ISO 3166-1 alpha-3
	register_authority TEXT,                              -- <12>
	register_id TEXT,                                     -- <13>
	delivery INTEGER CHECK (delivery IN (11, 12, 21, 23)), -- <14>
	mailbox_type INTEGER CHECK (mailbox_type IN (1, 2, 3, 4)), -- <20>
	mailbox_address TEXT,                                 -- <21>
	email TEXT,                                           -- <22>
	esei TEXT,                                            -- <23>
	blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)), -- operator's block
	version INTEGER NOT NULL DEFAULT 1,
	CHECK (position <> 11 OR emso IS NOT NULL),
	CHECK (position NOT IN (12, 21, 31, 32) OR maticna IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX subject_emso ON subject (emso) WHERE position = 11;
CREATE UNIQUE INDEX subject_maticna ON subject (maticna) WHERE position IN (12, 21, 31);
CREATE UNIQUE INDEX subject_maticna_court ON subject (maticna) WHERE position = 32;
CREATE UNIQUE INDEX subject_sipass ON subject (sipass_id) WHERE position = 13;
CREATE UNIQUE INDEX subject_davcna_court ON subject (davcna) WHERE position = 15;
CREATE INDEX subject_davcna ON subject (davcna);

CREATE TABLE address ( -- [8] residence, [9] business
	eceu_id INTEGER NOT NULL REFERENCES subject (eceu_id),
	kind INTEGER NOT NULL CHECK (kind IN (8, 9)),
	recipient TEXT NOT NULL DEFAULT '',
	street TEXT NOT NULL DEFAULT '',
	house_number TEXT NOT NULL DEFAULT '',
	settlement TEXT NOT NULL DEFAULT '',
	municipality TEXT NOT NULL DEFAULT '',
	postcode TEXT NOT NULL DEFAULT '',
	post TEXT NOT NULL DEFAULT '',
	country TEXT NOT NULL CHECK (length(country) = 3),
	PRIMARY KEY (eceu_id, kind)
) STRICT;

CREATE TABLE subject_case ( -- [15] links with cases of the e-registers
	id INTEGER PRIMARY KEY,
	eceu_id INTEGER NOT NULL REFERENCES subject (eceu_id),
	case_id INTEGER NOT NULL,        -- 15.1
	participant_kind INTEGER NOT NULL, -- 15.2
	status INTEGER NOT NULL CHECK (status IN (1, 2)) -- 15.3
) STRICT;

CREATE TABLE subject_notice ( -- [24] events that bear on the subject's status
	id INTEGER PRIMARY KEY,          -- 24.1
	day TEXT NOT NULL,               -- 24.2
	kind INTEGER NOT NULL,           -- 24.3
	eceu_id INTEGER NOT NULL REFERENCES subject (eceu_id), -- 24.4
	document_id TEXT NOT NULL        -- 24.5
) STRICT;

CREATE TABLE membership ( -- [19] one subject in one user group
	id INTEGER PRIMARY KEY AUTOINCREMENT,                 -- <19.0>
	eceu_id INTEGER NOT NULL REFERENCES subject (eceu_id),
	scheme INTEGER NOT NULL CHECK (scheme IN (1, 2, 3, 5)), -- <19.0a>
	user_group INTEGER NOT NULL,                          -- <19.1>
	member_kind INTEGER NOT NULL CHECK (member_kind IN (1, 2)), -- <19.2>
	status INTEGER CHECK (status IN (1, 2, 3)),           -- <19.3> 1 pending, 2 active, 3 deleted
	principal_id INTEGER REFERENCES subject (eceu_id),    -- <19.4>
	principal_membership INTEGER REFERENCES membership (id),
	link_status INTEGER CHECK (link_status IN (1, 2, 3)), -- <19.5>
	administered_group INTEGER,                           -- <19.6>
	end_reason TEXT CHECK (end_reason IN ('refused', 'left', 'deleted', 'cascaded', 'withdrawn')),
	end_actor TEXT,
	end_utc_s INTEGER,
	created_utc_s INTEGER NOT NULL,
	version INTEGER NOT NULL DEFAULT 1,
	live INTEGER GENERATED ALWAYS AS (CASE member_kind WHEN 1 THEN status IN (1, 2) ELSE link_status IN (1, 2) END) VIRTUAL,
	CHECK ((member_kind = 1) = (status IS NOT NULL)),
	CHECK ((member_kind = 2) = (link_status IS NOT NULL)),
	CHECK ((member_kind = 2) = (principal_id IS NOT NULL)),
	CHECK (administered_group IS NULL OR scheme = 3)
) STRICT;
CREATE INDEX membership_subject ON membership (eceu_id);
CREATE UNIQUE INDEX membership_one ON membership (eceu_id, user_group) WHERE scheme IN (1, 5) AND live;
CREATE UNIQUE INDEX membership_one_internal
	ON membership (eceu_id, user_group, coalesce(principal_id, 0)) WHERE scheme = 2 AND live;
CREATE UNIQUE INDEX membership_one_administrator
	ON membership (eceu_id, user_group, coalesce(administered_group, 0), coalesce(principal_id, 0)) WHERE scheme = 3 AND live;

CREATE TABLE web_service ( -- [19a], scheme 5 only
	membership_id INTEGER PRIMARY KEY REFERENCES membership (id),
	cert_pem TEXT NOT NULL,                               -- <19a.1>
	has_client INTEGER NOT NULL DEFAULT 0 CHECK (has_client IN (0, 1)), -- <19a.1a>
	client_name TEXT,                                     -- <19a.2>
	redirect_uris TEXT,                                   -- <19a.3>
	client_id TEXT,                                       -- <19a.4>
	client_secret_hash TEXT,                              -- <19a.5> salted hash, never the secret
	issuer TEXT NOT NULL,                                 -- <19a.6>
	serial TEXT NOT NULL,                                 -- <19a.7>
	subject TEXT NOT NULL,                                -- <19a.8>
	cert_digest TEXT NOT NULL CHECK (length(cert_digest) = 64), -- <19a.9> SHA-256 over the DER, hex
	not_after_utc_s INTEGER NOT NULL,
	possession_proven INTEGER NOT NULL DEFAULT 0 CHECK (possession_proven IN (0, 1)),
	old_cert_digest TEXT,                                 -- still good until old_until_utc_s
	old_until_utc_s INTEGER,
	version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX web_service_digest ON web_service (cert_digest);
CREATE INDEX web_service_old_digest ON web_service (old_cert_digest) WHERE old_cert_digest IS NOT NULL;
CREATE INDEX web_service_issuer_serial ON web_service (issuer, serial);

-- FZ-VS10: one certificate, one user. A record that is neither approved nor proven blocks nobody.
CREATE TRIGGER web_service_unique_insert BEFORE INSERT ON web_service
WHEN EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE (w.cert_digest = NEW.cert_digest OR (w.issuer = NEW.issuer AND w.serial = NEW.serial)) AND m.live
	AND (m.status = 2 OR w.possession_proven = 1)
	AND m.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;
CREATE TRIGGER web_service_unique_update BEFORE UPDATE OF cert_digest, issuer, serial ON web_service
WHEN EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE (w.cert_digest = NEW.cert_digest OR (w.issuer = NEW.issuer AND w.serial = NEW.serial)) AND m.live
	AND (m.status = 2 OR w.possession_proven = 1)
	AND m.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

-- tested again when a record comes to life: at confirmation another one may have got the certificate meanwhile
CREATE TRIGGER membership_unique_cert BEFORE UPDATE OF status ON membership
WHEN NEW.status IN (1, 2) AND EXISTS (SELECT 1 FROM web_service mine, web_service w JOIN membership m ON m.id = w.membership_id
	WHERE mine.membership_id = NEW.id AND (w.cert_digest = mine.cert_digest OR (w.issuer = mine.issuer AND w.serial = mine.serial))
	AND m.live AND (m.status = 2 OR w.possession_proven = 1) AND m.eceu_id <> NEW.eceu_id)
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

CREATE TABLE block ( -- an operator's block of a certificate
	cert_digest TEXT PRIMARY KEY CHECK (length(cert_digest) = 64),
	active INTEGER NOT NULL CHECK (active IN (0, 1)),
	reason TEXT NOT NULL,
	since_utc_s INTEGER NOT NULL
) STRICT;

CREATE TABLE application ( -- the signed PDF application of a membership and the report on it
	id INTEGER PRIMARY KEY,
	membership_id INTEGER NOT NULL REFERENCES membership (id),
	pdf BLOB NOT NULL,
	pdf_sha256 TEXT NOT NULL,
	report TEXT NOT NULL,
	report_sha256 TEXT NOT NULL,
	received_utc_s INTEGER NOT NULL
) STRICT;

CREATE TABLE codelist ( -- keyed by (list, code): 309 is a group and a legal form
	list TEXT NOT NULL,
	code TEXT NOT NULL,
	version INTEGER NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (list, code, version)
) STRICT;

CREATE TABLE internal_client ( -- who may call vs10, vs21, vs22
	cert_digest TEXT PRIMARY KEY CHECK (length(cert_digest) = 64),
	name TEXT NOT NULL,
	services TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
	id INTEGER PRIMARY KEY,
	recipient TEXT NOT NULL,
	subject_line TEXT NOT NULL,
	body TEXT NOT NULL,
	created_utc_s INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	next_utc_s INTEGER NOT NULL,
	sent_utc_s INTEGER,
	last_error TEXT
) STRICT;

CREATE TABLE history ( -- FZ chapter 7: every value before and after; written by triggers only
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at_utc_s INTEGER NOT NULL,
	object TEXT NOT NULL,
	object_id TEXT NOT NULL,
	before TEXT,
	after TEXT,
	procedure TEXT NOT NULL,
	who TEXT NOT NULL,
	on_behalf TEXT NOT NULL,
	idp_im TEXT NOT NULL,
	idp_string TEXT NOT NULL,
	cert TEXT NOT NULL,
	actor_davcna TEXT NOT NULL
) STRICT;
CREATE INDEX history_object ON history (object, object_id);
CREATE TRIGGER history_fixed_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_fixed_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

CREATE TABLE audit (
	idx INTEGER PRIMARY KEY,
	leaf BLOB NOT NULL CHECK (length(leaf) = 32),
	line TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_consecutive BEFORE INSERT ON audit
WHEN NEW.idx <> coalesce((SELECT max(idx) + 1 FROM audit), 0)
BEGIN SELECT RAISE(ABORT, 'audit index is not consecutive'); END;
CREATE TRIGGER audit_fixed_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_fixed_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TABLE audit_open ( -- intents whose outcome is not yet recorded
	idx INTEGER PRIMARY KEY,
	request TEXT NOT NULL
) STRICT;

CREATE TABLE audit_person (
	idx INTEGER NOT NULL,
	k INTEGER NOT NULL,
	kind TEXT NOT NULL,
	salt BLOB NOT NULL CHECK (length(salt) = 16),
	value TEXT NOT NULL,
	PRIMARY KEY (idx, k)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_head (
	size INTEGER PRIMARY KEY,
	line TEXT NOT NULL,
	frontier BLOB NOT NULL
) STRICT;

CREATE TABLE audit_tile ( -- 256 consecutive nodes of level 0, 8, 16, ...
	level INTEGER NOT NULL,
	tile INTEGER NOT NULL,
	hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
	PRIMARY KEY (level, tile)
) STRICT, WITHOUT ROWID;
