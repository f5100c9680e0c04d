#include "portal/assets.h"

#include "portal/portal.h"

static const struct {
	const char *path, *text, *type;
} assets[] = {{"/style.css", portal_style_css, "text/css; charset=utf-8"},
	      {"/favicon.svg", portal_favicon_svg, "image/svg+xml"}};

bool portal_asset(struct gw_span path, struct gw_span *bytes, const char **type) {
	for (size_t i = 0; i < GW_COUNT(assets); i++) {
		if (gw_span_is(path, assets[i].path)) {
			*bytes = gw_span_of(assets[i].text);
			*type = assets[i].type;
			return true;
		}
	}
	return false;
}
