#include "vash/call_certificate.h"

#include "base/text.h"

enum { FILE_MAX_BYTES = 65536 };

static enum gw_code ask(struct vash_turn *t, const char *pem, struct vash_cert_checked *out) {
	const struct vash_outside *o = t->world->outside;
	return o->certificate(o->ctx, pem, t->arena, out, t->err);
}

static const char *issuer_names(struct vash_turn *t) {
	const struct vash_codelists *lists = t->world->lists;
	const char *text = "";
	for (size_t i = 0; i < lists->issuers.count; i++) {
		text = gw_arena_printf(t->arena, "%s%s%s", text, i ? ", " : "", lists->issuers.row[i].name.sl);
	}
	return text;
}

/* ---- vs207-03.3 ---- */

/* FZ-VS10. */
static enum gw_code check_unique(struct vash_turn *t, const struct cert_facts *facts,
				 const struct vash_subject *subject, bool *good) {
	const struct vash_registry *r = t->world->registry;
	int64_t owner = 0;
	enum gw_code rc = r->certificate_owner(r->ctx, facts->digest_hex, facts->issuer, facts->serial, subject->id,
					       &owner, t->err);
	*good = rc == GW_OK && owner == 0;
	if (rc == GW_OK && owner != 0) {
		turn_say(t, VASH_SAY_207_03_4b);
	}
	return rc;
}

static enum vash_say unreadable(enum vash_cert_answer answer) {
	return answer == VASH_CERT_PRIVATE_KEY ? VASH_SAY_207_03_key : VASH_SAY_207_03_1x;
}

/* FZ-VS9 names providers: who has an identifier must be in the list, whatever the anchors say. Of one that is in it and
 * whose own certificate has expired, is revoked or is not known here it is the chain that fails. An issuer without
 * identifier counts if an anchor stands behind it. */
static bool is_issuer_refused(const struct vash_turn *t, const struct vash_cert_checked *c) {
	const char *provider = c->facts.issuer_identifier;
	bool named = vash_issuer_allowed(t->world->lists, provider);
	return c->answer == VASH_CERT_ISSUER || (!named && (provider[0] || c->answer == VASH_CERT_NO_PATH));
}

static enum vash_say invalid(enum vash_cert_answer answer) {
	return answer == VASH_CERT_UNDECIDED ? VASH_SAY_207_03_4cx : VASH_SAY_207_03_4c;
}

static enum gw_code judge(struct vash_turn *t, const struct vash_cert_checked *c, const struct vash_subject *subject,
			  bool *good) {
	*good = false;
	if (c->answer == VASH_CERT_PRIVATE_KEY || c->answer == VASH_CERT_UNREADABLE) {
		turn_refuse_field(t, "certificate", unreadable(c->answer));
		return GW_OK;
	}
	if (is_issuer_refused(t, c)) {
		turn_say_about(t, VASH_SAY_207_03_4a, vash_same(issuer_names(t)));
		return GW_OK;
	}
	const struct vash_registry *r = t->world->registry;
	bool blocked = false;
	enum gw_code rc = check_unique(t, &c->facts, subject, good);
	rc = rc == GW_OK && *good ? r->certificate_blocked(r->ctx, c->facts.digest_hex, &blocked, t->err) : rc;
	if (rc == GW_OK && *good && blocked) {
		*good = false;
		turn_say_about(t, VASH_SAY_207_03_4c,
			       (struct vash_text){"potrdilo je blokirano", "the certificate is blocked"});
	} else if (rc == GW_OK && *good && c->answer != VASH_CERT_OK) {
		*good = false;
		turn_say_about(t, invalid(c->answer), c->detail);
	}
	return rc;
}

static struct vash_web_service service_of(struct vash_turn *t, const struct vash_cert_checked *c) {
	return (struct vash_web_service){.pem = c->pem,
					 .issuer = gw_arena_text(t->arena, c->facts.issuer),
					 .serial = gw_arena_text(t->arena, c->facts.serial),
					 .subject = gw_arena_text(t->arena, c->facts.subject),
					 .digest = gw_arena_text(t->arena, c->facts.digest_hex),
					 .tax_number = gw_arena_text(t->arena, cert_holder_tax_number(&c->facts)),
					 .not_after_utc_s = c->facts.not_after_utc_s,
					 .possession_proven = strcmp(c->facts.digest_hex, t->login->identity.cert) == 0,
					 .old_digest = ""};
}

enum gw_code call_certificate_check(struct vash_turn *t, const char *pem, const struct vash_subject *subject,
				    struct vash_web_service *out, bool *good) {
	struct vash_cert_checked c = {0};
	enum gw_code rc = ask(t, pem, &c);
	rc = rc == GW_OK ? judge(t, &c, subject, good) : rc;
	*out = (struct vash_web_service){0};
	if (rc == GW_OK && c.readable) {
		*out = service_of(t, &c);
	}
	return rc;
}

enum gw_code call_certificate_token(struct vash_turn *t, struct vash_web_service *s) {
	const struct vash_outside *o = t->world->outside;
	enum gw_code rc = o->token(o->ctx, t->arena, &s->possession_token, t->err);
	turn_keep(t, "possession", rc == GW_OK && !s->possession_proven ? s->possession_token : "");
	return rc;
}

void call_certificate_ask_touch(struct vash_turn *t, const char *token) {
	if (token[0]) {
		vash_page_text(t->page, VASH_SAY_possession_ask, NULL, 0);
		vash_page_facts(t->page, VASH_SAY_NONE);
		vash_page_fact(t->page, VASH_SAY_possession_url,
			       gw_arena_printf(t->arena, "%s%s", t->world->touch_url, token));
		vash_page_facts_end(t->page);
	}
}

/* ---- the field ---- */

void call_certificate_facts(struct vash_turn *t, const struct vash_web_service *s) {
	vash_page_facts(t->page, VASH_SAY_certificate);
	vash_page_fact(t->page, VASH_SAY_cert_issuer, s->issuer);
	vash_page_fact(t->page, VASH_SAY_cert_serial, s->serial);
	vash_page_fact(t->page, VASH_SAY_cert_subject, s->subject);
	vash_page_fact(t->page, VASH_SAY_cert_digest, s->digest);
	vash_page_fact(t->page, VASH_SAY_cert_until, turn_day(t, s->not_after_utc_s));
	vash_page_fact_text(t->page, VASH_SAY_cert_tax_number,
			    s->tax_number[0] ? vash_same(s->tax_number)
					     : (struct vash_text){"ni navedena", "not stated"});
	vash_page_facts_end(t->page);
}

void call_certificate_old(struct vash_turn *t, const struct vash_web_service *s) {
	if (s->old_digest[0] && s->old_until_utc_s > t->world->now_utc_s) {
		vash_page_facts(t->page, VASH_SAY_certificate_old);
		vash_page_fact(t->page, VASH_SAY_cert_digest, s->old_digest);
		vash_page_fact(t->page, VASH_SAY_certificate_old_until, turn_day(t, s->old_until_utc_s));
		vash_page_facts_end(t->page);
	}
}

/* What is true of it at this moment, for who is about to decide. */
static struct call_certificate_doubt doubt_of_validity(struct vash_turn *t, const char *pem) {
	const struct vash_outside *o = t->world->outside;
	struct call_certificate_doubt none = {.say = VASH_SAY_NONE};
	struct vash_cert_checked c = {0};
	if (o->certificate(o->ctx, pem, t->arena, &c, NULL) != GW_OK || !c.readable) {
		return none;
	}
	if (c.answer != VASH_CERT_OK) {
		return (struct call_certificate_doubt){VASH_SAY_cert_not_valid_now, c.detail};
	}
	none.say = c.revocation_unchecked ? VASH_SAY_cert_revocation_unchecked : VASH_SAY_NONE;
	return none;
}

size_t call_certificate_doubts(struct vash_turn *t, const struct vash_web_service *s,
			       const struct vash_subject *subject,
			       struct call_certificate_doubt out[CALL_CERTIFICATE_DOUBTS]) {
	size_t count = 0;
	out[0] = doubt_of_validity(t, s->pem);
	count += out[0].say != VASH_SAY_NONE;
	if (!s->possession_proven) {
		out[count++] = (struct call_certificate_doubt){.say = VASH_SAY_possession_missing};
	}
	if (strcmp(s->tax_number, subject->davcna) != 0) {
		out[count++] = (struct call_certificate_doubt){.say = VASH_SAY_tax_number_differs};
	}
	return count;
}

void call_certificate_warn(struct vash_turn *t, const struct vash_web_service *s, const struct vash_subject *subject) {
	struct call_certificate_doubt doubts[CALL_CERTIFICATE_DOUBTS];
	size_t count = call_certificate_doubts(t, s, subject, doubts);
	for (size_t i = 0; i < count; i++) {
		vash_page_text(t->page, doubts[i].say, &doubts[i].about, 1);
	}
}

static struct vash_text word(const char *name) {
	static const struct {
		const char *name;
		struct vash_text text;
	} words[] = {{"bounds", {"velikost verige in ključev", "size of chain and keys"}},
		     {"path", {"veriga do dovoljenega izdajatelja", "path to an allowed issuer"}},
		     {"strength", {"moč ključev in podpisov", "strength of keys and signatures"}},
		     {"revocation", {"preklic potrdila", "revocation of the certificate"}},
		     {"revocation_ca", {"preklic potrdila izdajatelja", "revocation of its issuer's"}},
		     {"key_usage", {"namen ključa", "key usage"}},
		     {"qualification", {"kvalificiranost", "qualification"}},
		     {"ok", {"v redu", "in order"}},
		     {"failed", {"ni v redu", "not in order"}},
		     {"unknown", {"ni znano", "not known"}},
		     {"skipped", {"ni preverjeno", "not looked at"}}};
	for (size_t i = 0; i < GW_COUNT(words); i++) {
		if (strcmp(words[i].name, name) == 0) {
			return words[i].text;
		}
	}
	return vash_same(name);
}

void call_certificate_steps(struct vash_turn *t, const struct vash_web_service *s) {
	const struct vash_outside *o = t->world->outside;
	struct vash_cert_checked c = {0};
	if (o->certificate(o->ctx, s->pem, t->arena, &c, NULL) != GW_OK || c.step_count == 0) {
		return;
	}
	vash_page_facts(t->page, VASH_SAY_cert_judgement);
	for (size_t i = 0; i < c.step_count; i++) {
		struct vash_text what = word(c.step[i].name), result = word(c.step[i].result);
		const char *reason = c.step[i].reason;
		const char *more = reason[0] ? gw_arena_printf(t->arena, " (%s)", reason) : "";
		vash_page_fact_text(
			t->page, VASH_SAY_cert_step,
			(struct vash_text){gw_arena_printf(t->arena, "%s: %s%s", what.sl, result.sl, more),
					   gw_arena_printf(t->arena, "%s: %s%s", what.en, result.en, more)});
	}
	vash_page_facts_end(t->page);
}

/* ---- vs207-03.1: entering it ---- */

static bool file_is_text(const struct vash_turn *t) {
	const struct gw_span file = t->input->file;
	return file.p && file.n <= FILE_MAX_BYTES && gw_is_text(file);
}

/* The text, else that of the file; "" = neither. */
static const char *sent(const struct vash_turn *t) {
	const char *text = turn_input(t, "certificate");
	return !text[0] && file_is_text(t) ? gw_arena_span(t->arena, t->input->file) : text;
}

/* A text that is left from the page before would hide the file that was chosen since. */
static enum vash_say wrongly_sent(const struct vash_turn *t) {
	bool text = turn_input(t, "certificate")[0] != '\0';
	if (t->input->file.p) {
		return text ? VASH_SAY_207_03_both : file_is_text(t) ? VASH_SAY_NONE : VASH_SAY_207_03_file;
	}
	return text ? VASH_SAY_NONE : VASH_SAY_field_needed;
}

void call_certificate_show(struct vash_turn *t) {
	const char *given = t->input ? sent(t) : "";
	const char *pem = given[0] ? given : turn_value(t, "certificate");
	struct vash_cert_checked c = {0};
	bool secret = turn_error_of(t, "certificate") == VASH_SAY_207_03_key;
	if (pem[0] && !secret && ask(t, pem, &c) == GW_OK && c.readable) {
		struct vash_web_service s = service_of(t, &c);
		call_certificate_facts(t, &s);
	}
	const struct vash_page_field field = {.name = "certificate",
					      .type = "pem",
					      .label = VASH_SAY_207_03_label,
					      .hint = VASH_SAY_207_03_1,
					      .value = secret ? "" : pem,
					      .error = turn_error_of(t, "certificate"),
					      .required = true};
	vash_page_field(t->page, &field);
	vash_page_button(t->page, "preview", VASH_SAY_button_preview);
	vash_page_button(t->page, "confirm", VASH_SAY_button_confirm);
}

enum gw_code call_certificate_take(struct vash_turn *t, const struct vash_subject *subject, bool *good) {
	struct vash_web_service s;
	const char *pem = sent(t);
	const enum vash_say wrong = wrongly_sent(t);
	*good = false;
	if (wrong != VASH_SAY_NONE) {
		turn_refuse_field(t, "certificate", wrong);
		return GW_OK;
	}
	if (turn_pressed(t, "preview")) {
		struct vash_cert_checked c = {0};
		enum gw_code rc = ask(t, pem, &c);
		if (rc == GW_OK && !c.readable) {
			turn_refuse_field(t, "certificate", unreadable(c.answer));
		}
		return rc;
	}
	enum gw_code rc = call_certificate_check(t, pem, subject, &s, good);
	if (rc == GW_OK && *good) {
		turn_keep(t, "certificate", s.pem);
	}
	return rc;
}
