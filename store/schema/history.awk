# Reads the schema and writes the history triggers (FZ chapter 7): one for each insert and update of the tables
# named in `tables`, with every stored column but BLOBs before and after. Run by the Makefile; the result is the next migration step.
BEGIN {
	n = split(tables, names, " ")
	for (i = 1; i <= n; i++) wanted[names[i]] = 1
}
/^CREATE TABLE / { table = $3; columns = 0; on = (table in wanted) }
on && /^\t[a-z_]+ (INTEGER|TEXT)/ && !/GENERATED/ { column[++columns] = $1; if ($0 ~ /PRIMARY KEY/) key = $1 }
on && /^\tPRIMARY KEY \(/ { key = "eceu_id" }
on && /^\) STRICT/ { emit(); on = 0; key = "" }

function object(row,   i, text) {
	text = "json_object("
	for (i = 1; i <= columns; i++) text = text (i > 1 ? ", " : "") "'" column[i] "', " row "." column[i]
	return text ")"
}
function trigger(event, before, after) {
	printf "CREATE TRIGGER history_%s_%s AFTER %s ON %s BEGIN\n", table, tolower(event), event, table
	print "INSERT INTO history (at_utc_s, object, object_id, before, after, procedure, who, on_behalf, idp_im, idp_string, cert, actor_davcna)"
	printf "SELECT unixepoch(), '%s', NEW.%s, %s, %s,\n", table, key, before, after
	print "\tcoalesce(max(procedure), 'outside'), coalesce(max(who), 'outside'), coalesce(max(on_behalf), ''),"
	print "\tcoalesce(max(idp_im), ''), coalesce(max(idp_string), ''), coalesce(max(cert), ''), coalesce(max(actor_davcna), '')"
	print "FROM write_context;\nEND;"
}
function emit() {
	trigger("INSERT", "NULL", object("NEW"))
	trigger("UPDATE", object("OLD"), object("NEW"))
	printf "CREATE TRIGGER %s_kept BEFORE DELETE ON %s BEGIN SELECT RAISE(ABORT, 'nothing is deleted: %s'); END;\n", table, table, table
}
