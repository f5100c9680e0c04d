/* vash/page.h - the page model: what one step of a procedure shows, as XML of wsdl/page.xsd.
 *
 * Every face (web, SOAP, command line) renders the same model. A page is built by appending in any order of calls:
 * notices stand before the body, buttons and links after it. Trouble is kept in the page and said once by
 * vash_page_finish. Every text is Slovene and English. Texts are escaped here. One owner, one thread. */
#ifndef GW_VASH_PAGE_H
#define GW_VASH_PAGE_H
#include "base/buf.h"
#include "vash/codelists.h"
#include "vash/say.h"

enum { VASH_PAGE_MAX_BYTES = 8388608 }; /* a whole list, for its PDF; by pages it is far less */

struct vash_page {
	struct gw_buf head, notices, body, foot;
	struct gw_buf warnings; /* the texts of the warnings that were said, "sl / en", a line each */
	enum gw_code rc;
	enum vash_say warned; /* the first warning that was said, or VASH_SAY_NONE */
};

void vash_page_init(struct vash_page *p);
void vash_page_release(struct vash_page *p);
static inline void gw_auto_vash_page(struct vash_page *p) {
	vash_page_release(p);
}

/* The finished document, appended to `out`. `attributes` of the root: case and version, 0 = not a stored case. */
struct vash_page_about {
	const char *procedure, *step; /* "vash207", "vs207-03" */
	struct vash_text title;
	int64_t case_id, version;
	bool finished; /* nothing follows */
};
GW_NODISCARD enum gw_code vash_page_finish(struct vash_page *p, const struct vash_page_about *about, struct gw_buf *out,
					   struct gw_err *err);

/* ---- who is logged in (4.4.3) ---- */
struct vash_page_login {
	const char *name;
	struct vash_text group, role;
};
void vash_page_login(struct vash_page *p, const struct vash_page_login *login);

/* ---- notices ---- */
/* `fill`: what stands for {1}, {2}, … in the text. */
void vash_page_say(struct vash_page *p, enum vash_say say, const struct vash_text *fill, size_t count);
void vash_page_text(struct vash_page *p, enum vash_say say, const struct vash_text *fill,
		    size_t count); /* in the body */

/* ---- what is asked for ---- */
struct vash_page_field {
	const char *name, *type; /* text, pem, number, uri-list, file */
	enum vash_say label, hint;
	const char *value;
	enum vash_say error; /* VASH_SAY_NONE: none */
	bool required;
};
void vash_page_field(struct vash_page *p, const struct vash_page_field *field);

struct vash_page_choice {
	const char *name;
	enum vash_say label;
	bool many;	     /* 1:n, else 1:1 */
	enum vash_say error; /* VASH_SAY_NONE: none */
};
void vash_page_choice(struct vash_page *p, const struct vash_page_choice *choice);
void vash_page_option(struct vash_page *p, const char *value, struct vash_text text, bool checked);
void vash_page_choice_end(struct vash_page *p);

/* ---- what is shown ---- */
void vash_page_facts(struct vash_page *p, enum vash_say title);
void vash_page_fact(struct vash_page *p, enum vash_say label, const char *value);
void vash_page_fact_text(struct vash_page *p, enum vash_say label, struct vash_text value);
void vash_page_fact_link(struct vash_page *p, enum vash_say label, const char *to); /* "application/7" */
void vash_page_facts_end(struct vash_page *p);

/* A list; `fields` of a record stand between vash_page_record and vash_page_record_end. */
void vash_page_list(struct vash_page *p, const char *name, enum vash_say heading, const struct vash_text *fill,
		    size_t count);
void vash_page_list_parameter(struct vash_page *p, enum vash_say label, struct vash_text value); /* before records */
struct vash_page_record {
	int64_t id; /* 0: nothing can be done with it */
	struct vash_text text;
	const char *mark; /* "confirm", "refuse", "delete"; "" = none */
};
void vash_page_record(struct vash_page *p, const struct vash_page_record *record);
void vash_page_record_end(struct vash_page *p);
void vash_page_list_end(struct vash_page *p);

/* ---- what can be done ---- */
void vash_page_button(struct vash_page *p, const char *name, enum vash_say label);
void vash_page_record_button(struct vash_page *p, const char *name, int64_t record, enum vash_say label);
void vash_page_link(struct vash_page *p, const char *to,
		    struct vash_text text); /* a procedure, "entry", "document/7" */

#endif
