/* Which page, which case: the worker's side of a request. */
#include "base/log.h"
#include "gateway/cases/desk_view.h"
#include "gateway/cases/identify.h"
#include "gateway/web/form.h"
#include "gateway/web/web.h"
#include "portal/portal.h"
#include "vash/procedure.h"

enum { FORM_ARENA_MAX_BYTES = 4194304 };

/* What a request is served with. */
struct turn_of {
	struct web_request *rq;
	const struct call_view *cv;
	struct web_sessions *sessions;
	struct session session;
	struct vash_identity identity;
	struct gw_arena arena;
	struct form form;
	char here[32]; /* the path that shows this page again */
};

/* ---- the login ---- */

/* VASH_SAY_NONE: this certificate may log in. */
static enum vash_say why_no_login(const struct web_request *rq, struct vash_text *about) {
	const struct vash_fault_row *row = rq->with_cert ? vash_fault_row(peer_fault(&rq->peer)) : NULL;
	*about = vash_same("");
	if (!row) {
		return VASH_SAY_entry_no_certificate;
	}
	if (peer_fault(&rq->peer) != VASH_NO_FAULT) {
		*about = (struct vash_text){row->sl, row->en};
		return VASH_SAY_entry_certificate;
	}
	return identify_is_personal(&rq->peer.facts) ? VASH_SAY_NONE : VASH_SAY_entry_not_personal;
}

static struct desk desk_of(const struct turn_of *t) {
	return desk_of_view(t->rq->cl->shared, t->cv, &t->rq->view->settings);
}

/* An organisation that the certificate does not name holds for the session in which MDP has confirmed it. */
static void complete_identity(struct turn_of *t) {
	t->identity.confirmed = t->session.dso;
}

/* "Odjava is offered everywhere" (FZ 4.4.3): on pages that no case makes too. The page is given without it rather than
 * not given. */
static void show_login(struct turn_of *t, struct vash_page *page) {
	struct vash_text about;
	struct gw_err err = {0};
	if (!t->session.login_record || why_no_login(t->rq, &about) != VASH_SAY_NONE) {
		return;
	}
	complete_identity(t);
	struct desk d = desk_of(t);
	const struct desk_request rq = {.identity = &t->identity, .login_record = t->session.login_record};
	if (desk_login(&d, &rq, page, &err) != GW_OK) {
		gw_log_err(GW_LOG_DEBUG, "login_not_shown", &err);
	}
}

/* ---- pages ---- */

static void redirect(struct web_request *rq, const char *to) {
	rq->status = 303;
	snprintf(rq->location, sizeof(rq->location), "%s", to);
}

/* As HTML, or, for clients that ask for it, the page model itself. */
static void give_page(struct turn_of *t, int status, struct gw_span page) {
	struct web_request *rq = t->rq;
	struct gw_err err = {0};
	const struct portal_request how = {.csrf = t->session.csrf,
					   .english = t->session.english,
					   .path = t->here[0]		    ? t->here
						   : rq->method == HTTP_GET ? rq->path
									    : "/"};
	rq->status = status;
	rq->type = rq->xml ? "application/xml; charset=utf-8" : "text/html; charset=utf-8";
	enum gw_code rc = rq->xml ? gw_buf_add(&rq->out, page.p, page.n)
				  : portal_html(rq->cl->shared->portal, page, &how, &rq->out, &err);
	if (rc != GW_OK) {
		gw_log_err(GW_LOG_ERROR, "page_failed", &err);
		rq->status = 503;
	}
}

static void give_pdf(struct turn_of *t, struct gw_span page) {
	struct web_request *rq = t->rq;
	struct gw_err err = {0};
	const struct portal_pdf_request how = {.english = t->session.english, .made_utc_s = gw_now_utc_s()};
	rq->status = 200;
	rq->type = "application/pdf";
	enum gw_code rc = portal_pdf(page, &how, &rq->out, &err);
	if (rc != GW_OK) {
		rq->type = NULL;
		rq->status = rc == GW_E_INPUT ? 404 : 503;
	}
}

/* A page of one sentence, and the way back. */
static void give_notice(struct turn_of *t, int status, enum vash_say say, struct vash_text about) {
	GW_AUTO(vash_page) struct vash_page page;
	GW_AUTO(buf) struct gw_buf out;
	vash_page_init(&page);
	gw_buf_init(&out, VASH_PAGE_MAX_BYTES);
	if (status < 500) { /* a server in trouble does no more than it must */
		show_login(t, &page);
	}
	vash_page_say(&page, say, &about, 1);
	vash_page_link(&page, t->session.login_record ? "menu" : "entry",
		       (struct vash_text){"Nazaj na prvo stran", "Back to the first page"});
	const struct vash_page_about page_about = {
		.procedure = "-", .step = "-", .title = {"Portal eSodstvo", "eSodstvo portal"}, .finished = true};
	if (vash_page_finish(&page, &page_about, &out, NULL) == GW_OK) {
		give_page(t, status, gw_buf_span(&out));
	} else {
		t->rq->status = 503;
	}
}

static void give_nothing(struct turn_of *t) {
	give_notice(t, 404, VASH_SAY_web_not_found, vash_same(""));
}

/* The caller's own trouble is his page; ours is the operator's to know as well. */
static void give_trouble(struct turn_of *t, enum gw_code rc, const struct gw_err *err) {
	struct vash_text nothing = vash_same("");
	bool callers = rc == GW_E_CONFLICT || rc == GW_E_NOTFOUND || rc == GW_E_INPUT;
	gw_log_err(callers ? GW_LOG_DEBUG : GW_LOG_WARN, "page_refused", err);
	switch (rc) {
	case GW_E_NOTFOUND:
	case GW_E_INPUT:
		give_notice(t, 404, VASH_SAY_web_not_found, nothing);
		break;
	case GW_E_CONFLICT:
		give_notice(t, 409, VASH_SAY_web_conflict, nothing);
		break;
	case GW_OK:
	case GW_E_DENIED:
	case GW_E_RETRY:
	case GW_E_UPSTREAM:
	case GW_E_STORE:
	case GW_E_CONFIG:
	case GW_E_NOMEM:
	case GW_E_BUG:
	default:
		give_notice(t, 503, VASH_SAY_web_busy, nothing);
		break;
	}
}

/* ---- the entry page ---- */

static void give_entry(struct turn_of *t) {
	GW_AUTO(vash_page) struct vash_page page;
	GW_AUTO(buf) struct gw_buf out;
	struct vash_text about;
	vash_page_init(&page);
	gw_buf_init(&out, VASH_PAGE_MAX_BYTES);
	enum vash_say why = why_no_login(t->rq, &about);
	show_login(t, &page);
	vash_page_text(&page, VASH_SAY_entry, NULL, 0);
	if (t->session.login_record) {
		vash_page_link(&page, "menu", turn_menu_text());
	}
	if (why != VASH_SAY_NONE) {
		vash_page_say(&page, why, &about, 1);
	} else {
		vash_page_link(&page, "vs101",
			       (struct vash_text){"Prijavi se kot zunanji uporabnik / zunanji administrator",
						  "Log in as an external user or administrator"});
	}
	const struct vash_page_about page_about = {
		.procedure = "-", .step = "entry", .title = {"Portal eSodstvo", "eSodstvo portal"}};
	if (vash_page_finish(&page, &page_about, &out, NULL) == GW_OK) {
		give_page(t, 200, gw_buf_span(&out));
	} else {
		t->rq->status = 503;
	}
}

/* ---- cases ---- */

static void set_session(struct turn_of *t, const struct desk_answer *a) {
	struct web_request *rq = t->rq;
	if (a->end == VASH_TURN_LOGGED_IN &&
	    web_session_login(t->sessions, &t->session, a->login_record, a->login_dso, NULL) == GW_OK) {
		snprintf(rq->set_cookie, sizeof(rq->set_cookie), "%s", t->session.token);
	}
	if (a->end == VASH_TURN_LOGGED_OUT) {
		web_session_end(t->sessions, &t->session);
		snprintf(rq->set_cookie, sizeof(rq->set_cookie), "-");
		t->session.login_record = 0;
	}
}

/* A case that goes on or is done is there for whoever sent the form; after a login or a logout it is somebody else's.
 */
static void note_place(struct turn_of *t, const struct desk_answer *a) {
	if (a->end == VASH_TURN_LOGGED_IN) {
		snprintf(t->here, sizeof(t->here), "/menu");
	} else if (a->end == VASH_TURN_OPEN || a->end == VASH_TURN_FINISHED) {
		snprintf(t->here, sizeof(t->here), "/case/%lld", (long long)a->case_id);
	}
}

static void serve_case(struct turn_of *t, struct desk_request *rq, bool pdf) {
	struct desk_answer a = {0};
	struct gw_err err = {0};
	struct desk d = desk_of(t);
	gw_buf_init(&a.page, VASH_PAGE_MAX_BYTES);
	rq->identity = &t->identity;
	rq->login_record = t->session.login_record;
	enum gw_code rc = desk_serve(&d, rq, &a, &err);
	if (rc == GW_OK && pdf) {
		give_pdf(t, gw_buf_span(&a.page));
	} else if (rc == GW_OK) {
		set_session(t, &a);
		note_place(t, &a);
		give_page(t, 200, gw_buf_span(&a.page));
	} else {
		give_trouble(t, rc, &err);
	}
	gw_buf_release(&a.page);
}

/* ---- routes ---- */

/* "/case/17" -> 17; -1: another path. */
static int64_t number_behind(const char *path, const char *prefix) {
	size_t n = strlen(prefix);
	return strncmp(path, prefix, n) == 0 ? turn_number(path + n) : -1;
}

/* "/case/17.pdf" -> 17 */
static int64_t number_between(struct turn_of *t, const char *prefix, const char *suffix) {
	const char *path = t->rq->path;
	size_t n = strlen(path), end = strlen(suffix);
	if (n <= end || strcmp(path + n - end, suffix) != 0) {
		return -1;
	}
	return number_behind(gw_arena_span(&t->arena, (struct gw_span){path, n - end}), prefix);
}

static bool get_asset(struct turn_of *t) {
	struct gw_span bytes;
	struct web_request *rq = t->rq;
	if (!portal_asset(gw_span_of(rq->path), &bytes, &rq->type)) {
		return false;
	}
	rq->status = gw_buf_add(&rq->out, bytes.p, bytes.n) == GW_OK ? 200 : 503;
	return true;
}

/* A login lasts no longer than its certificate is good: judged again at every request. */
static bool may_look(struct turn_of *t) {
	struct vash_text about;
	enum vash_say why = why_no_login(t->rq, &about);
	if (why != VASH_SAY_NONE) {
		give_notice(t, 403, why, about);
	}
	return why == VASH_SAY_NONE;
}

static void get_case(struct turn_of *t, int64_t id, bool pdf) {
	struct desk_request rq = {.case_id = id, .whole = pdf};
	if (may_look(t)) {
		serve_case(t, &rq, pdf);
	}
}

static void get_menu(struct turn_of *t) {
	struct desk_answer a = {0};
	struct desk d = desk_of(t);
	struct gw_err err = {0};
	const struct desk_request rq = {.identity = &t->identity, .login_record = t->session.login_record};
	if (!t->session.login_record) {
		redirect(t->rq, "/");
		return;
	}
	if (!may_look(t)) {
		return;
	}
	gw_buf_init(&a.page, VASH_PAGE_MAX_BYTES);
	enum gw_code rc = desk_menu(&d, &rq, &a, &err);
	if (rc == GW_OK) {
		give_page(t, 200, gw_buf_span(&a.page));
	} else {
		give_trouble(t, rc, &err);
	}
	gw_buf_release(&a.page);
}

typedef enum gw_code (*file_fn)(const struct desk *d, const struct desk_request *rq, int64_t id, struct gw_buf *out,
				struct gw_err *err);

/* What is saved and not shown: "vloga-17.pdf". */
struct file_kind {
	file_fn make;
	const char *type, *stem, *suffix;
};
static const struct file_kind application = {desk_application, "application/pdf", "vloga", ".pdf"},
			      dossier = {desk_dossier, "application/zip", "zadeva", ".zip"};

static void get_file(struct turn_of *t, const struct file_kind *kind, int64_t id) {
	struct web_request *rq = t->rq;
	struct desk d = desk_of(t);
	struct gw_err err = {0};
	const struct desk_request ask = {.identity = &t->identity, .login_record = t->session.login_record};
	if (!may_look(t)) {
		return;
	}
	enum gw_code rc = kind->make(&d, &ask, id, &rq->out, &err);
	if (rc != GW_OK) {
		gw_buf_clear(&rq->out);
		give_trouble(t, rc, &err);
		return;
	}
	rq->status = 200;
	rq->type = kind->type;
	snprintf(rq->file_name, sizeof(rq->file_name), "%s-%lld%s", kind->stem, (long long)id, kind->suffix);
}

static void get(struct turn_of *t) {
	const char *path = t->rq->path;
	int64_t id;
	if (strcmp(path, "/") == 0) {
		give_entry(t);
	} else if (strcmp(path, "/menu") == 0) {
		get_menu(t);
	} else if ((id = number_behind(path, "/case/")) > 0) {
		get_case(t, id, false);
	} else if ((id = number_between(t, "/case/", ".pdf")) > 0) {
		get_case(t, id, true);
	} else if ((id = number_behind(path, "/application/")) > 0) {
		get_file(t, &application, id);
	} else if ((id = number_between(t, "/record/", ".zip")) > 0) {
		get_file(t, &dossier, id);
	} else {
		give_nothing(t);
	}
}

/* Only a certificate that could log in gets so far; everything else needs a login. */
static bool may_begin(struct turn_of *t, const char *procedure) {
	if (!may_look(t)) {
		return false;
	}
	if (!t->session.login_record && strcmp(procedure, "vs101") != 0) {
		give_notice(t, 403, VASH_SAY_web_login_first, vash_same(""));
		return false;
	}
	return true;
}

static void post(struct turn_of *t) {
	static const char begin[] = "/procedure/";
	const char *path = t->rq->path;
	int64_t id = number_behind(path, "/case/");
	if (strncmp(path, begin, sizeof(begin) - 1) == 0) {
		const char *procedure = path + sizeof(begin) - 1;
		struct desk_request rq = {.procedure = procedure};
		if (may_begin(t, procedure)) {
			serve_case(t, &rq, false);
		}
	} else if (id > 0) {
		struct desk_request rq = {
			.case_id = id, .version = turn_number(t->form.version), .input = &t->form.input};
		if (may_begin(t, "vs101")) {
			serve_case(t, &rq, false);
		}
	} else {
		give_nothing(t);
	}
}

/* ---- the session ---- */

static bool find_session(struct turn_of *t) {
	const struct settings *s = &t->rq->view->settings;
	const struct web_session_limits limits = {(int64_t)s->session_idle_s * 1000, (int64_t)s->session_age_s * 1000};
	return web_session_find(t->sessions, gw_span_of(t->rq->cookie), t->identity.cert, &limits, &t->session);
}

/* Without a session a page speaks the language of the one that has just run out, else the one that the browser
 * prefers. */
static bool know_session(struct turn_of *t) {
	bool known = find_session(t);
	if (!known && !t->session.created_mono_ms) {
		t->session.english = t->rq->english;
	}
	return known;
}

static bool begin_session(struct turn_of *t) {
	struct gw_err err = {0};
	bool english = t->session.english; /* of one that has just run out */
	if (web_session_begin(t->sessions, t->identity.cert, &t->session, &err) != GW_OK) {
		give_trouble(t, GW_E_RETRY, &err);
		return false;
	}
	web_session_speak(t->sessions, &t->session, english);
	snprintf(t->rq->set_cookie, sizeof(t->rq->set_cookie), "%s", t->session.token);
	return true;
}

/* A change needs the session that the form was made for. */
static bool take_form(struct turn_of *t) {
	struct gw_err err = {0};
	bool known = know_session(t);
	if (form_parse(gw_span_of(t->rq->content_type), gw_buf_span(&t->rq->body), &t->arena, &t->form, &err) !=
	    GW_OK) {
		give_notice(t, 400, VASH_SAY_web_form, vash_same(""));
		return false;
	}
	if (!t->rq->same_origin || !known || !web_session_csrf_ok(&t->session, t->form.csrf)) {
		give_notice(t, 403, VASH_SAY_web_session, vash_same(""));
		return false;
	}
	return true;
}

/* ?lang=en, ?lang=sl: for the rest of the session. */
static void speak(struct turn_of *t) {
	const char *query = t->rq->query;
	if (strcmp(query, "lang=en") == 0 || strcmp(query, "lang=sl") == 0) {
		web_session_speak(t->sessions, &t->session, strcmp(query, "lang=en") == 0);
	}
}

static void route(struct turn_of *t) {
	if (t->rq->too_large) {
		GW_UNUSED(know_session(t));
		give_notice(t, 413, VASH_SAY_web_too_large, vash_same(""));
	} else if (t->rq->method == HTTP_POST) {
		if (take_form(t)) {
			complete_identity(t);
			post(t);
		}
	} else if (!get_asset(t) && (find_session(t) || begin_session(t))) {
		complete_identity(t);
		speak(t);
		get(t);
	}
}

void web_route(struct web_request *rq) {
	struct turn_of t = {.rq = rq,
			    .cv = rq->view->app,
			    .sessions = rq->cl->shared->web->sessions,
			    .identity = identify(&rq->peer.facts)};
	gw_arena_init(&t.arena, FORM_ARENA_MAX_BYTES);
	route(&t);
	if (rq->xml) {
		snprintf(rq->form_token, sizeof(rq->form_token), "%s", t.session.csrf);
	}
	gw_arena_release(&t.arena);
	if (rq->status == 0) {
		rq->status = 503;
	}
}
