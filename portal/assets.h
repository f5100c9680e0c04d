/* portal/assets.h - the source files of portal/ that are not C, built in as texts (Makefile: portal_assets.c). */
#ifndef GW_PORTAL_ASSETS_H
#define GW_PORTAL_ASSETS_H

extern const char portal_page_xsl[], portal_soap_xsl[], portal_style_css[], portal_favicon_svg[];
#endif
