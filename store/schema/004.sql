-- The code lists in versions: which rows were in force when. The table of 001 was never written.
DROP TABLE codelist;

CREATE TABLE codelist ( -- keyed by (list, code): 309 is a group and a legal form
	list TEXT NOT NULL,
	code TEXT NOT NULL,            -- the cells of the list's key, joined by '/'
	version INTEGER NOT NULL CHECK (version > 0), -- from which on the row is so
	value TEXT,                    -- JSON object of the cells; NULL = there is no such row any more
	PRIMARY KEY (list, code, version)
) STRICT;

CREATE TABLE codelist_version ( -- of all lists together: they are checked against one another
	version INTEGER PRIMARY KEY,   -- rows above the newest one wait for the rest of theirs and are not in force
	at_utc_ms INTEGER NOT NULL,
	who TEXT NOT NULL
) STRICT;

CREATE TRIGGER codelist_published_insert BEFORE INSERT ON codelist
WHEN NEW.version <= (SELECT max(version) FROM codelist_version)
BEGIN SELECT RAISE(ABORT, 'this version of the code lists is complete'); END;
CREATE TRIGGER codelist_published_update BEFORE UPDATE ON codelist
WHEN OLD.version <= (SELECT max(version) FROM codelist_version) OR NEW.version <> OLD.version
BEGIN SELECT RAISE(ABORT, 'this version of the code lists is complete'); END;
CREATE TRIGGER codelist_version_consecutive BEFORE INSERT ON codelist_version
WHEN NEW.version <> coalesce((SELECT max(version) + 1 FROM codelist_version), 1)
	OR NEW.at_utc_ms < (SELECT max(at_utc_ms) FROM codelist_version)
BEGIN SELECT RAISE(ABORT, 'versions of the code lists follow one another'); END;
CREATE TRIGGER codelist_version_fixed BEFORE UPDATE ON codelist_version
BEGIN SELECT RAISE(ABORT, 'a version of the code lists is fixed'); END;
