#include "vash/client_entry.h"

#include "vash/lists.h"
#include "vash/net_address.h"
#include "vash/visible.h"

enum { CLIENT_FROM = 1001, CLIENT_TO = 1199, NAME_MAX_BYTES = 200, URIS_MAX_BYTES = 2000 };

bool client_is_needed(int group) {
	return group >= CLIENT_FROM && group <= CLIENT_TO;
}

/* His own, and for an authorised person (5b) the record's that he is authorised for: nobody else's secret. */
static bool is_his(const struct vash_turn *t, const struct vash_record *r) {
	const struct vash_record *login = &t->login->record;
	return r->subject.id == login->subject.id || r->m.id == login->principal_record;
}

/* vs207-04.2: one line a client of active or waiting groups of the user. */
static enum gw_code existing(struct vash_turn *t, int64_t subject, struct vash_records *out) {
	struct vash_records own;
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, subject, VASH_STATUS_NONE, &own);
	struct vash_record *rows = gw_arena_array(t->arena, own.count ? own.count : 1, sizeof(*rows));
	*out = (struct vash_records){0, rows};
	for (size_t i = 0; rc == GW_OK && rows && i < own.count; i++) {
		const struct vash_record *r = &own.row[i];
		bool live = r->m.status == VASH_ACTIVE || r->m.status == VASH_PENDING;
		bool known = false;
		for (size_t k = 0; k < out->count && !known; k++) {
			known = strcmp(rows[k].service.client_id, r->service.client_id) == 0;
		}
		if (live && is_his(t, r) && r->has_service && r->service.client_id[0] && !known) {
			rows[out->count++] = *r;
		}
	}
	return rc;
}

static void show_new(struct vash_turn *t) {
	const struct vash_page_field fields[] = {
		{.name = "client.name",
		 .type = "text",
		 .label = VASH_SAY_client_name,
		 .hint = VASH_SAY_207_04_3n,
		 .value = t->input ? turn_input(t, "client.name") : turn_value(t, "client.name"),
		 .error = turn_error_of(t, "client.name")},
		{.name = "client.uris",
		 .type = "uri-list",
		 .label = VASH_SAY_client_uris,
		 .hint = VASH_SAY_207_04_3u,
		 .value = t->input ? turn_input(t, "client.uris") : turn_value(t, "client.uris"),
		 .error = turn_error_of(t, "client.uris")}};
	for (size_t i = 0; i < GW_COUNT(fields); i++) {
		vash_page_field(t->page, &fields[i]);
	}
}

enum gw_code client_entry_show(struct vash_turn *t, int64_t subject) {
	struct vash_records clients;
	enum gw_code rc = existing(t, subject, &clients);
	if (rc != GW_OK) {
		return rc;
	}
	const char *chosen = t->input ? turn_input(t, "client") : turn_value(t, "client");
	const struct vash_page_choice choice = {
		.name = "client", .label = VASH_SAY_207_04_1, .error = turn_error_of(t, "client")};
	vash_page_choice(t->page, &choice);
	for (size_t i = 0; i < clients.count; i++) { /* vs207-04.2z: none, none offered */
		const struct vash_record *r = &clients.row[i];
		const char *id = gw_arena_printf(t->arena, "%lld", (long long)r->m.id);
		const struct vash_say_row *a = vash_say_row(VASH_SAY_207_04_1a);
		const struct vash_text text = {
			gw_arena_printf(t->arena, "%s %s (%s)", a->sl, r->service.client_name, r->service.client_id),
			gw_arena_printf(t->arena, "%s %s (%s)", a->en, r->service.client_name, r->service.client_id)};
		vash_page_option(t->page, id, text, strcmp(id, chosen) == 0);
	}
	const struct vash_say_row *b = vash_say_row(VASH_SAY_207_04_1b);
	vash_page_option(t->page, "new", (struct vash_text){b->sl, b->en},
			 clients.count == 0 || strcmp(chosen, "new") == 0);
	vash_page_choice_end(t->page);
	show_new(t);
	vash_page_button(t->page, "confirm", VASH_SAY_button_confirm);
	return rc;
}

/* ---- vs207-04.3 ---- */

static bool is_repeated(const char *before, size_t n, struct gw_span uri) {
	for (size_t at = 0; at < n;) {
		size_t length = strcspn(before + at, ",");
		if (vash_redirect_uri_same((struct gw_span){before + at, length}, uri)) {
			return true;
		}
		at += length + 1;
	}
	return false;
}

/* The list without blanks, or NULL. */
static const char *clean_uris(struct vash_turn *t, const char *text) {
	const char *out = "";
	while (*text) {
		text += strspn(text, " \t\r\n");
		size_t n = strcspn(text, ","), used = n;
		while (used > 0 && strchr(" \t\r\n", text[used - 1])) {
			used--;
		}
		struct gw_span uri = {text, used};
		if (!vash_redirect_uri_ok(uri) || is_repeated(out, strlen(out), uri)) {
			return NULL;
		}
		out = gw_arena_printf(t->arena, "%s%s%.*s", out, out[0] ? "," : "", (int)used, text);
		text += n + (text[n] == ',');
	}
	return out[0] ? out : NULL;
}

static bool name_ok(const char *name) {
	return vash_text_shows(name) && vash_text_is_line(name) && strlen(name) <= NAME_MAX_BYTES;
}

static bool take_new(struct vash_turn *t) {
	const char *name = turn_input(t, "client.name"), *text = turn_input(t, "client.uris");
	if (!name_ok(name)) {
		turn_refuse_field(t, "client.name", VASH_SAY_207_04_3x_name);
	}
	const char *uris = strlen(text) <= URIS_MAX_BYTES ? clean_uris(t, text) : NULL;
	if (!uris) {
		turn_refuse_field(t, "client.uris", VASH_SAY_207_04_3x_uris);
	}
	if (t->errors.count > 0) {
		return false;
	}
	turn_keep(t, "client.name", name);
	turn_keep(t, "client.uris", uris ? uris : "");
	return true;
}

enum gw_code client_entry_take(struct vash_turn *t, int64_t subject, bool *good) {
	struct vash_records clients, chosen;
	const char *client = turn_input(t, "client");
	*good = false;
	enum gw_code rc = existing(t, subject, &clients);
	if (rc != GW_OK) {
		return rc;
	}
	if (strcmp(client, "new") == 0) {
		*good = take_new(t);
	} else if (turn_chosen(client, &clients, &chosen, t->arena) && chosen.count == 1) {
		*good = true;
	} else {
		turn_refuse_field(t, "client", VASH_SAY_207_04_2x);
	}
	if (*good) {
		turn_keep(t, "client", client);
	}
	return rc;
}

static enum gw_code make_client(struct vash_turn *t, struct vash_web_service *out) {
	const struct vash_outside *o = t->world->outside;
	struct vash_client c = {0};
	enum gw_code rc = o->client(o->ctx, t->arena, &c, t->err);
	if (rc == GW_OK) {
		out->client_id = c.id;
		out->client_secret_hash = c.secret_hash;
		t->secret = c.secret;
	}
	return rc;
}

enum gw_code client_entry_get(struct vash_turn *t, int64_t subject, bool make, struct vash_web_service *out,
			      bool *good) {
	struct vash_records clients, chosen;
	const char *client = turn_value(t, "client");
	*good = true;
	out->has_client = true;
	if (strcmp(client, "new") == 0) {
		out->client_name = turn_value(t, "client.name");
		out->redirect_uris = turn_value(t, "client.uris");
		return make ? make_client(t, out) : GW_OK;
	}
	enum gw_code rc = existing(t, subject, &clients);
	if (rc != GW_OK) {
		return rc;
	}
	*good = turn_chosen(client, &clients, &chosen, t->arena) && chosen.count == 1;
	if (*good) {
		const struct vash_web_service *from = &chosen.row[0].service;
		out->client_name = from->client_name;
		out->redirect_uris = from->redirect_uris;
		out->client_id = from->client_id;
		out->client_secret_hash = from->client_secret_hash;
	} else {
		turn_say(t, VASH_SAY_207_04_2x);
	}
	return rc;
}

void client_entry_facts(struct vash_turn *t, const struct vash_web_service *s) {
	vash_page_facts(t->page, VASH_SAY_client);
	vash_page_fact(t->page, VASH_SAY_client_name, s->client_name ? s->client_name : "");
	vash_page_fact(t->page, VASH_SAY_client_uris, s->redirect_uris ? s->redirect_uris : "");
	if (s->client_id && s->client_id[0]) {
		vash_page_fact(t->page, VASH_SAY_client_id, s->client_id);
	}
	if (t->secret) {
		vash_page_fact(t->page, VASH_SAY_client_secret, t->secret);
	}
	vash_page_facts_end(t->page);
}
