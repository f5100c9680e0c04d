-- FZ-VS10 for a certificate that vs208 has replaced: until its time is over it is its user's as before.
CREATE VIEW certificate_still_good AS
	SELECT w.old_cert_digest AS digest, m.eceu_id FROM web_service w JOIN membership m ON m.id = w.membership_id
	WHERE m.live AND w.old_until_utc_s > unixepoch();

CREATE TRIGGER web_service_still_good_insert BEFORE INSERT ON web_service
WHEN EXISTS (SELECT 1 FROM certificate_still_good g WHERE g.digest = NEW.cert_digest
	AND g.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;
CREATE TRIGGER web_service_still_good_update BEFORE UPDATE OF cert_digest, possession_proven ON web_service
WHEN EXISTS (SELECT 1 FROM certificate_still_good g WHERE g.digest = NEW.cert_digest
	AND g.eceu_id <> (SELECT eceu_id FROM membership WHERE id = NEW.membership_id))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;

-- a record that comes to life: neither of its certificates is another's meanwhile
CREATE TRIGGER membership_still_good BEFORE UPDATE OF status ON membership
WHEN NEW.status IN (1, 2) AND EXISTS (SELECT 1 FROM web_service mine WHERE mine.membership_id = NEW.id AND (
	EXISTS (SELECT 1 FROM certificate_still_good g WHERE g.digest = mine.cert_digest AND g.eceu_id <> NEW.eceu_id)
	OR (mine.old_until_utc_s > unixepoch() AND (
		EXISTS (SELECT 1 FROM certificate_still_good g WHERE g.digest = mine.old_cert_digest AND g.eceu_id <> NEW.eceu_id)
		OR EXISTS (SELECT 1 FROM web_service w JOIN membership m ON m.id = w.membership_id WHERE w.cert_digest = mine.old_cert_digest
			AND m.live AND (m.status = 2 OR w.possession_proven = 1) AND m.eceu_id <> NEW.eceu_id)))))
BEGIN SELECT RAISE(ABORT, 'certificate belongs to another user'); END;
