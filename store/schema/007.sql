-- There is always a chief administrator (DECISIONS "Records"): nothing else could enter the next administrator.
CREATE TRIGGER membership_last_chief BEFORE UPDATE OF status ON membership
WHEN OLD.scheme = 3 AND OLD.user_group = 80 AND OLD.member_kind = 1 AND OLD.status = 2 AND NEW.status <> 2
	AND NOT EXISTS (SELECT 1 FROM membership WHERE scheme = 3 AND user_group = 80 AND member_kind = 1 AND status = 2
		AND id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'the last active chief administrator cannot be removed: enter another one first'); END;
