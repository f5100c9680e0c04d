# Reads the schema and writes the history triggers (FZ chapter 7): one for each insert and update of the tables
# named in `tables`, with every stored column but BLOBs before and after. Run by the Makefile over all migrations; of a table
# that was made anew the last text counts.
# A key of several columns: its first one names the object. If it ends with `version`, the others do, and what stood before an
# inserted row is the newest older version.
BEGIN {
	n = split(tables, names, " ")
	for (i = 1; i <= n; i++) wanted[names[i]] = 1
}
/^CREATE TABLE / { table = $3; columns = 0; parts = 0; on = (table in wanted) }
on && /^\t[a-z_0-9]+ (INTEGER|TEXT)/ && !/GENERATED/ { column[++columns] = $1; if ($0 ~ /PRIMARY KEY/) { part[1] = $1; parts = 1 } }
on && /^\tPRIMARY KEY \(/ { text = $0; sub(/^[^(]*\(/, "", text); sub(/\).*/, "", text); parts = split(text, part, /, */) }
on && /^\) STRICT/ { emit(); on = 0 }

function versioned() { return parts > 1 && part[parts] == "version" }
function object(row,   i, text) {
	text = "json_object("
	for (i = 1; i <= columns; i++) text = text (i > 1 ? ", " : "") "'" column[i] "', " row "." column[i]
	return text ")"
}
function object_id(   i, text) {
	text = "NEW." part[1]
	for (i = 2; versioned() && i < parts; i++) text = text " || '/' || NEW." part[i]
	return text
}
function older(   i, text) {
	text = "(SELECT " object("o") " FROM " table " o WHERE o.version < NEW.version"
	for (i = 1; i < parts; i++) text = text " AND o." part[i] " = NEW." part[i]
	return text " ORDER BY o.version DESC LIMIT 1)"
}
function trigger(event, before, after) {
	name = "history_" table "_" tolower(event)
	printf "DROP TRIGGER IF EXISTS %s;\nCREATE TRIGGER %s AFTER %s ON %s BEGIN\n", name, name, event, table
	print "INSERT INTO history (at_utc_s, object, object_id, before, after, procedure, who, on_behalf, idp_im, idp_string, cert, actor_davcna, salt)"
	printf "SELECT unixepoch(), '%s', %s, %s, %s,\n", table, object_id(), before, after
	print "\tcoalesce(max(procedure), 'outside'), coalesce(max(who), 'outside'), coalesce(max(on_behalf), ''),"
	print "\tcoalesce(max(idp_im), ''), coalesce(max(idp_string), ''), coalesce(max(cert), ''), coalesce(max(actor_davcna), ''), randomblob(16)"
	print "FROM write_context;\nEND;"
}
function emit() {
	trigger("INSERT", versioned() ? older() : "NULL", object("NEW"))
	trigger("UPDATE", object("OLD"), object("NEW"))
	printf "DROP TRIGGER IF EXISTS %s_kept;\nCREATE TRIGGER %s_kept BEFORE DELETE ON %s BEGIN SELECT RAISE(ABORT, 'nothing is deleted: %s'); END;\n", table, table, table, table
}
