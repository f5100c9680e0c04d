-- The outbox in use: a message that cannot be delivered is dead, which is a state to see and to mend, never a deletion.

ALTER TABLE outbox ADD COLUMN dead_utc_s INTEGER;
CREATE INDEX outbox_waiting ON outbox (next_utc_s, id) WHERE sent_utc_s IS NULL AND dead_utc_s IS NULL;
CREATE INDEX outbox_dead ON outbox (id) WHERE dead_utc_s IS NOT NULL;
CREATE TRIGGER outbox_kept BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'nothing is deleted: outbox'); END;
