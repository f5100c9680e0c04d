/* portal/flow.h - text flowing line by line over A4 pages of a PDF, with a foot on each.
 *
 * The same text flows twice: first to count the pages, then onto them. Lengths are points. Title and dates stand in the
 * document's metadata; its language and structure do not, as cairo 1.16 writes no /Lang and loses all lines of a tagged
 * paragraph but the first. One owner, one thread. */
#ifndef GW_PORTAL_FLOW_H
#define GW_PORTAL_FLOW_H
#include "base/buf.h"

struct flow; /* opaque */

struct flow_about {
	const char *title, *foot; /* of the document; left of the page number */
	const char *page;	  /* "stran": before "1 / 3" */
	const char *language;	  /* "sl-SI" */
	int64_t made_utc_s;
};

struct flow_style {
	double size_pt, before_pt, indent_pt;
	bool bold;
};

/* Borrows `about` and `out`. */
GW_NODISCARD enum gw_code flow_new(const struct flow_about *about, struct gw_buf *out, struct flow **flow,
				   struct gw_err *err);
void flow_free(struct flow *f);
GW_DEFINE_AUTO(flow, struct flow *, flow_free)

/* One paragraph; `mark`, "" for none, stands left of its first line, within the indent. Trouble is kept. */
void flow_add(struct flow *f, const struct flow_style *style, const char *mark, const char *text);

/* Ends the counting: what is added from now on is drawn. */
void flow_draw(struct flow *f);
/* Ends the document, which is in `out` only now. GW_E_RETRY: it does not fit. */
GW_NODISCARD enum gw_code flow_end(struct flow *f, struct gw_err *err);
#endif
