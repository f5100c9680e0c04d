#include "gateway/cli/registry_command.h"

#include <openssl/pem.h>

#include "base/text.h"
#include "certs/facts.h"
#include "gateway/cases/status.h"
#include "gateway/cli/mail_command.h"
#include "gateway/cli/tsl_import.h"
#include "vash/authorise.h"
#include "vash/visible.h"

static json_t *refusal(const struct gw_err *err) {
	return json_pack("{s:b, s:s, s:s}", "ok", 0, "class", gw_code_name(err->code), "error", err->msg);
}

static struct store_context context_of(const json_t *command, const char *object, const char *action) {
	return (struct store_context){.procedure = "cli",
				      .who = gw_json_text(command, "who", "unknown"),
				      .on_behalf = "",
				      .object = object,
				      .action = action};
}

/* ---- add ---- */

static const struct {
	const char *word;
	int code;
} statuses[] = {{"pending", VASH_PENDING}, {"active", VASH_ACTIVE}, {"deleted", VASH_DELETED}};

static int status_code(const char *word) {
	for (size_t i = 0; i < GW_COUNT(statuses); i++) {
		if (strcmp(statuses[i].word, word) == 0) {
			return statuses[i].code;
		}
	}
	return 0;
}

struct added { /* one entry with what it points to */
	struct cert_facts facts;
	struct registry_cert cert;
};

static enum gw_code read_cert(const char *pem, struct added *a, struct gw_err *err) {
	BIO *bio = BIO_new_mem_buf(pem, -1);
	GW_AUTO(x509) X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	if (!x) {
		return gw_fail(err, GW_E_INPUT, "cert_pem holds no readable certificate");
	}
	enum gw_code rc = cert_facts_read(x, &a->facts, err);
	a->cert = (struct registry_cert){.pem = pem,
					 .issuer = a->facts.issuer,
					 .serial = a->facts.serial,
					 .subject = a->facts.subject,
					 .not_after_utc_s = a->facts.not_after_utc_s};
	snprintf(a->cert.digest, sizeof(a->cert.digest), "%s", a->facts.digest_hex);
	return rc;
}

static const char *const entry_keys[] = {
	"position",   "emso",	     "maticna",	     "davcna", "name", "email",	 "sipass_id", "seat_country",
	"legal_form", "prs_status",  "scheme",	     "group",  "kind", "status", "principal", "administered_group",
	"cert_pem",   "client_name", "redirect_uris"};

static const char *const number_keys[] = {"position", "legal_form", "scheme", "group", "administered_group"};

/* Words that a field may have; a typo must never mean the default. */
static const struct {
	const char *key, *words[3];
} word_keys[] = {{"kind", {"independent", "authorised", NULL}},
		 {"prs_status", {"active", "deleted", NULL}},
		 {"status", {"pending", "active", "deleted"}}};

static bool is_one_of(const char *word, const char *const words[3]) {
	for (size_t i = 0; i < 3 && words[i]; i++) {
		if (strcmp(word, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

static enum gw_code check_value(const char *key, const json_t *value, struct gw_err *err) {
	bool number = false;
	for (size_t i = 0; i < GW_COUNT(number_keys) && !number; i++) {
		number = strcmp(key, number_keys[i]) == 0;
	}
	if (number ? !json_is_integer(value) : !json_is_string(value)) {
		return gw_fail(err, GW_E_INPUT, "'%s' must be a %s", key, number ? "number" : "text");
	}
	if (!number && strcmp(key, "cert_pem") != 0 && !vash_text_is_line(json_string_value(value))) {
		return gw_fail(err, GW_E_INPUT, "'%s' must be one line, without control characters", key);
	}
	for (size_t i = 0; i < GW_COUNT(word_keys); i++) {
		if (strcmp(key, word_keys[i].key) == 0 && !is_one_of(json_string_value(value), word_keys[i].words)) {
			return gw_fail(err, GW_E_INPUT, "'%s' cannot be '%.40s'", key, json_string_value(value));
		}
	}
	return GW_OK;
}

static enum gw_code check_keys(const json_t *j, struct gw_err *err) {
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)j, key, value) {
		bool known = false;
		for (size_t i = 0; i < GW_COUNT(entry_keys) && !known; i++) {
			known = strcmp(key, entry_keys[i]) == 0;
		}
		if (!known) {
			return gw_fail(err, GW_E_INPUT, "unknown field '%.40s'", key);
		}
		if (check_value(key, value, err) != GW_OK) {
			return GW_E_INPUT;
		}
	}
	return json_is_object(j) ? GW_OK : gw_fail(err, GW_E_INPUT, "an entry must be an object");
}

static enum gw_code read_entry(const struct vash_codelists *lists, bool unchecked, const json_t *j, struct added *a,
			       struct registry_entry *e, struct gw_err *err) {
	const char *pem = gw_json_text(j, "cert_pem", "");
	bool person = strcmp(gw_json_text(j, "kind", "independent"), "authorised") == 0;
	enum gw_code rc = check_keys(j, err);
	*e = (struct registry_entry){
		.position = (int)gw_json_int(j, "position", 0),
		.emso = gw_json_text(j, "emso", ""),
		.maticna = gw_json_text(j, "maticna", ""),
		.davcna = gw_json_text(j, "davcna", ""),
		.name = gw_json_text(j, "name", ""),
		.email = gw_json_text(j, "email", ""),
		.sipass_id = gw_json_text(j, "sipass_id", ""),
		.seat_country = gw_json_text(j, "seat_country", ""),
		.legal_form = (int)gw_json_int(j, "legal_form", 0),
		.prs_status = strcmp(gw_json_text(j, "prs_status", "active"), "deleted") == 0 ? VASH_PRS_DELETED : 0,
		.scheme = (int)gw_json_int(j, "scheme", VASH_SCHEME_SERVICES),
		.user_group = (int)gw_json_int(j, "group", 0),
		.member_kind = person ? VASH_AUTHORISED_PERSON : VASH_INDEPENDENT,
		.status = status_code(gw_json_text(j, "status", "active")),
		.principal_maticna = gw_json_text(j, "principal", ""),
		.administered_group = (int)gw_json_int(j, "administered_group", 0),
		.lists = lists,
		.unchecked = unchecked,
	};
	e->scheme = e->user_group ? e->scheme : 0; /* a subject alone */
	if (rc == GW_OK && e->scheme == VASH_SCHEME_SERVICES && !vash_group_find(lists, e->scheme, e->user_group)) {
		rc = gw_fail(err, GW_E_INPUT, "there is no group %d of web services to register for", e->user_group);
	}
	if (rc == GW_OK && pem[0]) {
		rc = read_cert(pem, a, err);
		a->cert.client = gw_json_text(j, "client_name", "")[0] != '\0';
		a->cert.client_name = gw_json_text(j, "client_name", "");
		a->cert.redirect_uris = gw_json_text(j, "redirect_uris", "");
		e->cert = &a->cert;
	}
	return rc;
}

/* DECISIONS "Attributes from SI-PASS": an import acts as "system"; on whose behalf stays with it. */
static struct store_context context_of_system(const json_t *command, const char *action) {
	struct store_context c = context_of(command, "membership", action);
	c.on_behalf = c.who;
	c.who = "system";
	return c;
}

static struct store_context context_of_add(const json_t *command, bool unchecked) {
	const char *action = unchecked ? "add-unchecked" : "add";
	bool import = json_is_true(json_object_get(command, "import"));
	return import ? context_of_system(command, action) : context_of(command, "membership", action);
}

static json_t *add(struct store *s, const struct vash_codelists *lists, const json_t *command) {
	struct gw_err err = {0};
	const json_t *list = json_object_get(command, "entries");
	size_t count = json_array_size(list), failed = 0;
	bool unchecked = json_is_true(json_object_get(command, "unchecked"));
	struct registry_entry *entries = calloc(REGISTRY_ENTRIES_MAX, sizeof(*entries));
	struct added *added = calloc(REGISTRY_ENTRIES_MAX, sizeof(*added));
	if (!entries || !added) {
		free(entries);
		free(added);
		return NULL;
	}
	enum gw_code rc = GW_OK;
	if (count == 0 || count > REGISTRY_ENTRIES_MAX) {
		rc = gw_fail(&err, GW_E_INPUT, "there must be 1 to %d entries at once", REGISTRY_ENTRIES_MAX);
	}
	for (size_t i = 0; rc == GW_OK && i < count; i++) {
		failed = i;
		rc = read_entry(lists, unchecked, json_array_get(list, i), &added[i], &entries[i], &err);
	}
	if (rc == GW_OK) {
		const struct store_context who = context_of_add(command, unchecked);
		rc = registry_add_many(s, &who, entries, count, &failed, &err);
	}
	free(entries);
	free(added);
	if (rc == GW_OK) {
		return json_pack("{s:b, s:I}", "ok", 1, "added", (json_int_t)count);
	}
	json_t *answer = refusal(&err);
	json_object_set_new(answer, "entry", json_integer((json_int_t)failed + gw_json_int(command, "first", 0)));
	return answer;
}

/* ---- seed ---- */

static struct registry_entry administrator_of(const struct vash_codelists *lists,
					      const struct vash_administrator_row *a) {
	return (struct registry_entry){.position = a->position,
				       .maticna = a->maticna,
				       .davcna = a->davcna,
				       .name = a->firm,
				       .legal_form = a->legal_form,
				       .scheme = VASH_SCHEME_ADMINISTRATOR,
				       .user_group = VASH_GROUP_ADMINISTRATOR,
				       .member_kind = VASH_INDEPENDENT,
				       .status = VASH_ACTIVE,
				       .administered_group = a->group,
				       .lists = lists};
}

static json_t *seed(struct store *s, const struct vash_codelists *lists, const json_t *command) {
	struct gw_err err = {0};
	size_t count = lists->administrators.count, added = 0;
	struct registry_entry *entries = calloc(VASH_ADMINISTRATORS_MAX, sizeof(*entries));
	if (!entries) {
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		entries[i] = administrator_of(lists, &lists->administrators.row[i]);
	}
	const struct store_context who = context_of_system(command, "seed");
	enum gw_code rc = registry_seed(s, &who, entries, count, &added, &err);
	free(entries);
	return rc == GW_OK ? json_pack("{s:b, s:I}", "ok", 1, "added", (json_int_t)added) : refusal(&err);
}

/* ---- blocks and status ---- */

static json_t *done(enum gw_code rc, const struct gw_err *err) {
	return rc == GW_OK ? json_pack("{s:b}", "ok", 1) : refusal(err);
}

static json_t *block(struct store *s, const struct vash_codelists *lists, const json_t *command, bool on) {
	struct gw_err err = {0};
	const char *cert = gw_json_text(command, "cert", "");
	uint8_t digest[CERT_DIGEST_BYTES];
	const struct store_context who =
		context_of(command, cert[0] ? "certificate" : "subject", on ? "block" : "unblock");
	enum gw_code rc;
	if (cert[0] && !gw_unhex(cert, strlen(cert), digest, sizeof(digest))) {
		rc = gw_fail(&err, GW_E_INPUT, "a certificate is named by the 64 hex digits of its SHA-256");
	} else if (cert[0]) {
		char hex[CERT_DIGEST_HEX];
		gw_hex(digest, sizeof(digest), hex);
		rc = registry_block_cert(s, &who, hex, on, gw_json_text(command, "reason", ""), &err);
	} else {
		rc = status_change_subject(s, lists, &who, gw_json_int(command, "eceu", 0),
					   on ? STATUS_BLOCK : STATUS_UNBLOCK, &err);
	}
	return done(rc, &err);
}

static json_t *set_status(struct store *s, const struct vash_codelists *lists, const json_t *command) {
	struct gw_err err = {0};
	const struct status_request rq = {.record = gw_json_int(command, "membership", 0),
					  .status = status_code(gw_json_text(command, "status", "")),
					  .reason = gw_json_text(command, "reason", "")};
	const struct store_context who = context_of(command, "membership", "status");
	enum gw_code rc = rq.status ? status_change(s, lists, &who, &rq, &err)
				    : gw_fail(&err, GW_E_INPUT, "status must be pending, active or deleted");
	return done(rc, &err);
}

static json_t *set_prs(struct store *s, const struct vash_codelists *lists, const json_t *command) {
	struct gw_err err = {0};
	const char *word = gw_json_text(command, "status", "");
	bool deleted = strcmp(word, "deleted") == 0;
	const struct store_context who = context_of(command, "subject", "prs_status");
	if (!deleted && strcmp(word, "active") != 0) {
		return done(gw_fail(&err, GW_E_INPUT, "the status must be active or deleted"), &err);
	}
	enum gw_code rc = status_change_subject(s, lists, &who, gw_json_int(command, "eceu", 0),
						deleted ? STATUS_PRS_DELETED : STATUS_PRS_ACTIVE, &err);
	return done(rc, &err);
}

json_t *registry_command(struct store *s, const struct vash_codelists *lists, const json_t *command) {
	const char *name = gw_json_text(command, "command", "");
	if (strcmp(name, "add") == 0) {
		return add(s, lists, command);
	}
	if (strcmp(name, "seed") == 0) {
		return seed(s, lists, command);
	}
	if (strcmp(name, "block") == 0 || strcmp(name, "unblock") == 0) {
		return block(s, lists, command, name[0] == 'b');
	}
	if (strcmp(name, "status") == 0) {
		return set_status(s, lists, command);
	}
	if (strcmp(name, "prs") == 0) {
		return set_prs(s, lists, command);
	}
	json_t *answer = NULL;
	if (mail_command(s, command, &answer) || tsl_import_run(s, command, &answer)) {
		return answer;
	}
	struct gw_err err = {0};
	GW_UNUSED(gw_fail(&err, GW_E_INPUT, "unknown command '%.40s'", name));
	return refusal(&err);
}
