-- FZ-VS10 with the overlap of vs208-01: a certificate that was changed stays its user's until old_until_utc_s. Each trigger replaces
-- the one of the same name in 001.sql or 002.sql. The conditions stand flat, so that every alternative is looked up by an index.

DROP TRIGGER web_service_unique_insert;
CREATE TRIGGER web_service_unique_insert BEFORE INSERT ON web_service
WHEN EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE m.live AND m.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id)
	AND ((w.old_cert_digest = NEW.cert_digest AND w.old_until_utc_s > unixepoch())
		OR (w.cert_digest = NEW.cert_digest AND (m.status = 2 OR w.possession_proven = 1))
		OR (w.issuer = NEW.issuer AND w.serial = NEW.serial AND (m.status = 2 OR w.possession_proven = 1))))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

DROP TRIGGER web_service_unique_update;
CREATE TRIGGER web_service_unique_update BEFORE UPDATE OF cert_digest, issuer, serial ON web_service
WHEN EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE m.live AND m.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id)
	AND ((w.old_cert_digest = NEW.cert_digest AND w.old_until_utc_s > unixepoch())
		OR (w.cert_digest = NEW.cert_digest AND (m.status = 2 OR w.possession_proven = 1))
		OR (w.issuer = NEW.issuer AND w.serial = NEW.serial AND (m.status = 2 OR w.possession_proven = 1))))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

DROP TRIGGER web_service_unique_possession;
CREATE TRIGGER web_service_unique_possession BEFORE UPDATE OF possession_proven ON web_service
WHEN NEW.possession_proven = 1 AND EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE m.live AND m.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id)
	AND ((w.old_cert_digest = NEW.cert_digest AND w.old_until_utc_s > unixepoch())
		OR (w.cert_digest = NEW.cert_digest AND (m.status = 2 OR w.possession_proven = 1))
		OR (w.issuer = NEW.issuer AND w.serial = NEW.serial AND (m.status = 2 OR w.possession_proven = 1))))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

-- tested again when a record comes to life, for its certificate and for the one that is still good for its calls
DROP TRIGGER membership_unique_cert;
CREATE TRIGGER membership_unique_cert BEFORE UPDATE OF status ON membership
WHEN NEW.status IN (1, 2) AND EXISTS (SELECT 1 FROM web_service mine, web_service w JOIN membership m ON m.id = w.membership_id
	WHERE mine.membership_id = NEW.id AND m.live AND m.eceu_id <> NEW.eceu_id
	AND ((w.old_cert_digest = mine.cert_digest AND w.old_until_utc_s > unixepoch())
		OR (w.cert_digest = mine.cert_digest AND (m.status = 2 OR w.possession_proven = 1))
		OR (w.issuer = mine.issuer AND w.serial = mine.serial AND (m.status = 2 OR w.possession_proven = 1))
		OR (w.cert_digest = mine.old_cert_digest AND mine.old_until_utc_s > unixepoch()
			AND (m.status = 2 OR w.possession_proven = 1))))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

-- the open cases of a login are few, its closed ones many (store/cases.c, make_room)
CREATE INDEX procedure_case_open ON procedure_case (login_record, id) WHERE state = 'open';
