/* vs208 (FZ 5.3.8): changing the certificate or the client of the web service that the login is for. An authorised
 * person works on the independent user's record (DECISIONS "Records"). */
#include "vash/call_certificate.h"
#include "vash/client_entry.h"
#include "vash/lists.h"

enum { OVERLAP_MAX_DAYS = 30, DAY_S = 86400 };

static int64_t record_id(const struct vash_turn *t) {
	const struct vash_record *r = &t->login->record;
	return r->m.member_kind == VASH_INDEPENDENT ? r->m.id : r->principal_record;
}

static enum gw_code find_record(struct vash_turn *t, const struct vash_record **out) {
	enum gw_code rc = turn_record(t, record_id(t), out);
	if (rc == GW_OK && (!*out || !(*out)->has_service || (*out)->m.status != VASH_ACTIVE)) {
		*out = NULL;
		turn_stop(t, VASH_SAY_208_none);
	}
	return rc;
}

/* Two sessions may change one record: who confirms must have seen what it holds now, which vs208-00 shows. */
static void note_base(struct vash_turn *t, const struct vash_record *r) {
	turn_keep(t, "base.certificate", r->service.digest);
	turn_keep(t, "base.client", r->service.client_id);
}

static bool is_as_seen(struct vash_turn *t, const struct vash_record *r) {
	bool same = strcmp(turn_value(t, "base.certificate"), r->service.digest) == 0 &&
		    strcmp(turn_value(t, "base.client"), r->service.client_id) == 0;
	if (!same) {
		turn_say(t, VASH_SAY_208_meanwhile);
		note_base(t, r);
		turn_go(t, "vs208-00");
	}
	return same;
}

static enum gw_code begin(struct vash_turn *t) {
	const struct vash_record *r;
	enum gw_code rc = find_record(t, &r);
	if (rc == GW_OK && r) {
		note_base(t, r);
		turn_go(t, "vs208-00");
	}
	return rc;
}

/* ---- vs208-00: both tabs ---- */

static enum gw_code show_tabs(struct vash_turn *t) {
	const struct vash_record *r;
	enum gw_code rc = find_record(t, &r);
	if (rc != GW_OK || !r) {
		return rc;
	}
	vash_page_text(t->page, VASH_SAY_208_01, NULL, 0);
	call_certificate_facts(t, &r->service);
	call_certificate_old(t, &r->service);
	vash_page_button(t->page, "certificate", VASH_SAY_button_change_certificate);
	if (client_is_needed(r->m.user_group)) {
		vash_page_text(t->page, VASH_SAY_208_02, NULL, 0);
		client_entry_facts(t, &r->service);
		vash_page_button(t->page, "client", VASH_SAY_button_change_client);
	}
	return rc;
}

static enum gw_code take_tabs(struct vash_turn *t) {
	const struct vash_record *r;
	enum gw_code rc = find_record(t, &r);
	if (rc != GW_OK || !r || !is_as_seen(t, r)) {
		return rc;
	}
	if (turn_pressed(t, "certificate")) {
		turn_go(t, "vs208-01");
	} else if (turn_pressed(t, "client") && client_is_needed(r->m.user_group)) {
		turn_go(t, "vs208-02");
	} else {
		turn_say(t, VASH_SAY_208_02_0x);
	}
	return rc;
}

/* ---- vs208-01.2: the new certificate ---- */

static enum gw_code look(struct vash_turn *t, const struct vash_record **r, struct vash_web_service *s, bool *good) {
	*good = false;
	*s = (struct vash_web_service){0};
	enum gw_code rc = find_record(t, r);
	return rc == GW_OK && *r ? call_certificate_check(t, turn_value(t, "certificate"), &(*r)->subject, s, good)
				 : rc;
}

/* It is there already: neither its proof of possession nor the overlap of the one before ends by entering it again. */
static bool is_registered(struct vash_turn *t, const struct vash_record *r, const struct vash_web_service *s) {
	bool same = strcmp(r->service.digest, s->digest) == 0;
	if (same) {
		turn_say(t, VASH_SAY_208_same);
	}
	return same;
}

static enum gw_code show_certificate(struct vash_turn *t) {
	call_certificate_show(t);
	return GW_OK;
}

static enum gw_code take_certificate(struct vash_turn *t) {
	const struct vash_record *r;
	struct vash_web_service s;
	bool good = false;
	enum gw_code rc = find_record(t, &r);
	rc = rc == GW_OK && r ? call_certificate_take(t, &r->subject, &good) : rc;
	rc = rc == GW_OK && good ? look(t, &r, &s, &good) : rc;
	if (rc == GW_OK && good && !is_registered(t, r, &s)) {
		turn_go(t, "vs208-01.3");
	}
	return rc;
}

/* ---- vs208-01.3: preview and overlap ---- */

/* At once only for the same holder (DECISIONS "vs208-01"; a person's certificate names no organisation, but him). */
static bool is_same_holder(const struct vash_record *r, const struct vash_web_service *next) {
	const char *of = next->tax_number;
	return of[0] && (strcmp(of, r->subject.davcna) == 0 || strcmp(of, r->service.tax_number) == 0);
}

static enum gw_code show_certificate_preview(struct vash_turn *t) {
	const struct vash_record *r;
	struct vash_web_service s;
	bool good;
	enum gw_code rc = look(t, &r, &s, &good);
	if (rc != GW_OK || !r) {
		return rc;
	}
	if (s.pem) {
		call_certificate_facts(t, &s);
		call_certificate_warn(t, &s, &r->subject);
		vash_page_text(t->page, is_same_holder(r, &s) ? VASH_SAY_208_at_once : VASH_SAY_208_approval_again,
			       NULL, 0);
	}
	const struct vash_page_field field = {.name = "overlap",
					      .type = "number",
					      .label = VASH_SAY_208_overlap,
					      .hint = VASH_SAY_208_overlap_hint,
					      .value = t->input ? turn_input(t, "overlap") : "0",
					      .error = turn_error_of(t, "overlap")};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "accept", VASH_SAY_208_01_3a);
	vash_page_button(t->page, "reject", VASH_SAY_208_01_3b);
	return rc;
}

static void write_certificate(struct vash_turn *t, const struct vash_record *r, const struct vash_web_service *s,
			      int64_t days) {
	struct vash_write *w = vash_change_add(&t->change, t->arena, VASH_WRITE_CERTIFICATE);
	if (!w) {
		return;
	}
	w->record_id = r->m.id;
	w->service = *s;
	w->service.old_digest = days > 0 ? r->service.digest : "";
	w->service.old_until_utc_s = w->service.old_digest[0] ? t->world->now_utc_s + days * DAY_S : 0;
	w->m.status = is_same_holder(r, s) ? VASH_ACTIVE : VASH_PENDING;
}

/* vs208-01.4, DECISIONS: mail to <22> and the administrator. */
static enum gw_code tell(struct vash_turn *t, const struct vash_record *r, bool waits) {
	struct vash_text group = turn_group_full(t, r->m.scheme, r->m.user_group);
	turn_mail(t, r->subject.email, waits ? VASH_SAY_mail_certificate_waits : VASH_SAY_mail_certificate_changed,
		  &group, 1);
	return turn_mail_administrators(t, r->m.scheme, r->m.user_group,
					waits ? VASH_SAY_207_07_3 : VASH_SAY_mail_certificate_changed_administrator);
}

static enum gw_code take_certificate_preview(struct vash_turn *t) {
	const struct vash_record *r;
	struct vash_web_service s;
	bool good;
	if (!turn_pressed(t, "accept")) {
		turn_go(t, "vs208-00");
		return GW_OK;
	}
	const char *asked = turn_input(t, "overlap");
	int64_t days = asked[0] ? turn_number(asked) : 0;
	if (days < 0 || days > OVERLAP_MAX_DAYS) {
		turn_refuse_field(t, "overlap", VASH_SAY_208_overlap_x);
		return GW_OK;
	}
	enum gw_code rc = look(t, &r, &s, &good);
	if (rc != GW_OK || !r || !good || is_registered(t, r, &s) || !is_as_seen(t, r)) {
		return rc;
	}
	bool waits = !is_same_holder(r, &s);
	if ((rc = call_certificate_token(t, &s)) != GW_OK) {
		return rc;
	}
	write_certificate(t, r, &s, days);
	turn_keep(t, "waits", waits ? "yes" : "");
	turn_go(t, "vs208-01.4");
	t->end = VASH_TURN_FINISHED;
	return tell(t, r, waits);
}

static enum gw_code show_certificate_done(struct vash_turn *t) {
	turn_say(t, turn_value(t, "waits")[0] ? VASH_SAY_208_01_waits : VASH_SAY_208_01_done);
	call_certificate_ask_touch(t, turn_value(t, "possession"));
	return GW_OK;
}

/* ---- vs208-02.2 to 02.5: the client ---- */

static enum gw_code show_client(struct vash_turn *t) {
	const struct vash_record *r;
	enum gw_code rc = find_record(t, &r);
	return rc == GW_OK && r ? client_entry_show(t, r->subject.id) : rc;
}

static enum gw_code take_client(struct vash_turn *t) {
	const struct vash_record *r;
	bool good = false;
	enum gw_code rc = find_record(t, &r);
	rc = rc == GW_OK && r ? client_entry_take(t, r->subject.id, &good) : rc;
	if (rc == GW_OK && good) {
		turn_go(t, "vs208-02.4");
	}
	return rc;
}

static enum gw_code show_client_preview(struct vash_turn *t) {
	const struct vash_record *r;
	struct vash_web_service s = {0};
	bool good = false;
	enum gw_code rc = find_record(t, &r);
	rc = rc == GW_OK && r ? client_entry_get(t, r->subject.id, false, &s, &good) : rc;
	if (rc == GW_OK && good) {
		client_entry_facts(t, &s);
	}
	vash_page_button(t->page, "accept", VASH_SAY_208_01_3a);
	vash_page_button(t->page, "reject", VASH_SAY_208_01_3b);
	return rc;
}

static enum gw_code take_client_preview(struct vash_turn *t) {
	const struct vash_record *r;
	struct vash_web_service s = {0};
	bool good = false;
	if (!turn_pressed(t, "accept")) {
		turn_go(t, "vs208-00");
		return GW_OK;
	}
	enum gw_code rc = find_record(t, &r);
	if (rc != GW_OK || !r || !is_as_seen(t, r)) {
		return rc;
	}
	rc = client_entry_get(t, r->subject.id, true, &s, &good);
	if (rc != GW_OK || !good) {
		return rc;
	}
	struct vash_write *w = vash_change_add(&t->change, t->arena, VASH_WRITE_CLIENT);
	if (w) {
		w->record_id = r->m.id;
		w->service = s;
	}
	turn_keep(t, "client.id", s.client_id ? s.client_id : "");
	turn_keep(t, "client.name", s.client_name);
	turn_keep(t, "client.uris", s.redirect_uris);
	turn_go(t, "vs208-02.5");
	t->end = VASH_TURN_FINISHED;
	return GW_OK;
}

static enum gw_code show_client_done(struct vash_turn *t) {
	turn_say(t, VASH_SAY_208_02_done);
	const struct vash_web_service s = {.client_name = turn_value(t, "client.name"),
					   .redirect_uris = turn_value(t, "client.uris"),
					   .client_id = turn_value(t, "client.id")};
	client_entry_facts(t, &s);
	if (t->secret) {
		vash_page_text(t->page, VASH_SAY_secret_once, NULL, 0);
	}
	return GW_OK;
}

static const struct vash_step steps[] = {{"vs208-00", show_tabs, take_tabs},
					 {"vs208-01", show_certificate, take_certificate},
					 {"vs208-01.3", show_certificate_preview, take_certificate_preview},
					 {"vs208-01.4", show_certificate_done, NULL},
					 {"vs208-02", show_client, take_client},
					 {"vs208-02.4", show_client_preview, take_client_preview},
					 {"vs208-02.5", show_client_done, NULL}};
const struct vash_procedure vash_vs208 = {.code = "vs208", .begin = begin, .steps = steps, .count = GW_COUNT(steps)};
