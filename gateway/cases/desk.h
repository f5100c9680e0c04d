/* gateway/cases/desk.h - carrying out the procedures for every face (web pages, SOAP, command line): a request to one
 * case in, its next page out, what is to be written written.
 *
 * A request that changes something runs its step twice: first on a reader, where the outside world is asked; then
 * inside the writer's transaction, on the registry as it is, with the answers of the first run. So nothing that changes
 * meanwhile is overlooked, and the writer never waits for anybody. Case, record, history, audit and mail are one
 * transaction. May wait; not for event loops. */
#ifndef GW_CASES_DESK_H
#define GW_CASES_DESK_H
#include "certs/fetch_status.h"
#include "store/store.h"
#include "vash/turn.h"

struct desk { /* borrowed: alive while requests run */
	struct store *store;
	const struct vash_codelists *lists;
	const struct cert_trust *call_trust; /* of the listener that calls come to */
	int64_t case_ttl_s;
	const char *touch_url; /* of that listener, for proofs of possession */
	const struct vash_registers *registers;
	struct fetch_how fetch;
};

struct desk_request {
	const struct vash_identity *identity;
	int64_t login_record;  /* 0: before login */
	const char *procedure; /* begins a case; NULL: case_id says which */
	int64_t case_id, version;
	const struct vash_input *input; /* NULL: look at the case */
	bool whole;			/* lists for a PDF (vash/turn.h) */
	bool unseen;			/* nobody reads the answer's page: it shows no step */
	struct gw_buf *wrong;		/* appended to: what is wrong, "sl / en", a line each; NULL: not asked for */
	const char *operator_name;	/* who acts in the login's place on the command line; NULL: the login himself */
};

struct desk_answer {
	struct gw_buf page; /* owned by the caller: XML of wsdl/page.xsd */
	enum vash_turn_end end;
	int64_t case_id, version;
	int64_t login_record;	  /* VASH_TURN_LOGGED_IN */
	char login_dso[CERT_TAX]; /* VASH_TURN_LOGGED_IN: the organisation that MDP has confirmed; "" = none */
	enum vash_say warned;	  /* why it does not go on; VASH_SAY_NONE: nothing */
};

/* GW_E_NOTFOUND: no such case, or another's. GW_E_CONFLICT: another version, closed or expired; nothing has changed.
 * GW_E_INPUT: no such procedure, or the step takes no input. */
GW_NODISCARD enum gw_code desk_serve(const struct desk *d, const struct desk_request *rq, struct desk_answer *out,
				     struct gw_err *err);

/* The page after login (vs003); belongs to no case. */
GW_NODISCARD enum gw_code desk_menu(const struct desk *d, const struct desk_request *rq, struct desk_answer *out,
				    struct gw_err *err);

/* Who is logged in, on a page that belongs to no case; of a login that counts no more the page says nothing. An error
 * leaves the page as it was. */
GW_NODISCARD enum gw_code desk_login(const struct desk *d, const struct desk_request *rq, struct vash_page *page,
				     struct gw_err *err);

/* The PDF of an application, appended to `out`, for who may read it. GW_E_NOTFOUND: nobody else learns that it is
 * there. */
GW_NODISCARD enum gw_code desk_application(const struct desk *d, const struct desk_request *rq, int64_t id,
					   struct gw_buf *out, struct gw_err *err);
/* The file of a case (docs/AUDIT.md section 11): that of the record <19.0>, as a ZIP appended to `out`, for who may
 * read it. GW_E_NOTFOUND as above. */
GW_NODISCARD enum gw_code desk_dossier(const struct desk *d, const struct desk_request *rq, int64_t record,
				       struct gw_buf *out, struct gw_err *err);
#endif
