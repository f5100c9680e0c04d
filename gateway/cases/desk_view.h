/* gateway/cases/desk_view.h - the desk of one configuration, for faces that serve under a view. */
#ifndef GW_CASES_DESK_VIEW_H
#define GW_CASES_DESK_VIEW_H
#include "gateway/call/call_view.h"
#include "gateway/cases/desk.h"

static inline struct desk desk_of_view(const struct call_shared *shared, const struct call_view *view,
				       const struct settings *settings) {
	return (struct desk){.store = shared->store,
			     .lists = view->codelists,
			     .call_trust = view->call_trust,
			     .case_ttl_s = settings->case_ttl_s,
			     .touch_url = view->touch_url,
			     .registers = view->registers,
			     .fetch = fetch_how_of(shared, settings)};
}
#endif
