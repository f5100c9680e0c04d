/* vash/turn.h - one turn of a procedure: from a case so far and what the user sent to the next page, or to the finished
 * change. Pure: everything that is asked goes through ports.
 *
 * A procedure is a table of steps (vash/procedure.h), one file vsNNN.c each. The caller keeps case and page; nothing is
 * written before the change is applied. One turn, one thread. */
#ifndef GW_VASH_TURN_H
#define GW_VASH_TURN_H
#include "vash/change.h"
#include "vash/outside.h"
#include "vash/page.h"

/* Who identified himself, and by what (4.2). */
struct vash_identity {
	const char *mechanism;	  /* idp_string: "KDP-SI" */
	const char *idp_im;	  /* serial number of the certificate */
	const char *cert;	  /* CERT_DIGEST */
	const char *issuer;	  /* of the certificate, for MDP */
	const char *davcna, *dso; /* ds, dso; "" = not sent */
	const char *confirmed;	  /* dso that MDP has confirmed at the login of this session; NULL, "" = none */
};

struct vash_login_data { /* 4.4.2 */
	struct vash_identity identity;
	struct vash_record record; /* the record chosen in vs101-03; m.id 0: not logged in yet */
	enum vash_login kind;	   /* 3.3.3 */
	bool certificate_blocked;  /* by an operator: no step goes on */
};

struct vash_pair {
	const char *name, *value;
};
enum { VASH_PAIRS_MAX = 256 };
struct vash_pairs {
	size_t count;
	struct vash_pair pair[VASH_PAIRS_MAX];
};
const char *vash_pair_get(const struct vash_pairs *pairs, const char *name); /* "" = none */
/* Replaces, or adds; an empty value removes. False: there is no room. */
bool vash_pair_set(struct vash_pairs *pairs, const char *name, const char *value);

struct vash_case {
	int64_t id, version;	  /* 0: not stored yet */
	const char *procedure;	  /* "vs207" */
	const char *step;	  /* "" = about to begin */
	struct vash_pairs values; /* what was given so far */
};

struct vash_input {
	const char *button;	  /* what was pressed */
	struct vash_pairs values; /* fields and choices; a choice of many: "group" = "7 9" */
	const char *file_name;
	struct gw_span file; /* p NULL: none */
};

struct vash_world {
	const struct vash_codelists *lists;
	const struct vash_registry *registry;
	const struct vash_outside *outside;
	int64_t now_utc_s;
	const char *touch_url; /* where possession is proven: the token goes behind it */
};

enum vash_turn_end {
	VASH_TURN_OPEN = 0,  /* the page asks for more */
	VASH_TURN_STOPPED,   /* nothing to go on with; nothing is written */
	VASH_TURN_FINISHED,  /* `change` is to be written */
	VASH_TURN_LOGGED_IN, /* vs101, vs301: `logged_in` is the login's record from now on */
	VASH_TURN_LOGGED_OUT /* finished, and the login ends (vs206, vs302) */
};

struct vash_turn {
	/* given */
	const struct vash_world *world;
	const struct vash_login_data *login;
	const struct vash_input *input; /* NULL: show where the case stands */
	bool whole;			/* lists for a PDF: all records, a line each */
	struct vash_case *the_case;	/* changed in place */
	struct gw_arena *arena;
	struct vash_page *page;
	/* found */
	enum vash_turn_end end;
	const struct vash_record *logged_in;
	const struct vash_record *acts_by; /* the administrator's record that a deed is done by; NULL: the login's */
	bool login_over;		   /* its login does not count any more: it is told so, and nothing else */
	const char *login_dso;		   /* confirmed in vs101-01a; NULL = none */
	struct vash_change change;
	const char *secret; /* of a new client: shown once, never kept */
	int untold_group;   /* an application waits in it and nobody could be told; 0 = none */
	bool keep_file;	    /* the file of the input belongs to the case from now on */
	struct {
		size_t count;
		struct {
			const char *field;
			enum vash_say say;
		} of[16];
	} errors; /* beside fields */
	struct gw_err *err;
};

/* Begins the case, or takes the input: notices, errors, the next step, the end. GW_OK also when the user is told to
 * mend something. GW_E_INPUT: no such procedure or step. */
GW_NODISCARD enum gw_code vash_turn_take(struct vash_turn *t);
/* Appends what the case's step shows, with the input's texts and errors if it stayed where it was. */
GW_NODISCARD enum gw_code vash_turn_show(struct vash_turn *t);
/* Can its subject log in with the record: is it active, the subject neither deleted in PRS nor blocked? */
bool vash_record_counts(const struct vash_record *r);
/* Is the record that he logged in with still good for it (2.12, vs206-03.2)? */
bool vash_login_counts(const struct vash_login_data *login);
bool vash_procedure_exists(const char *code);
/* What goes round the page's body: for vash_page_finish. */
struct vash_page_about vash_turn_about(const struct vash_turn *t);
#endif
