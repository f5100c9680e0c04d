/* certs/tsl_changes.h - what a new list changes against the one in force. */
#ifndef GW_CERTS_TSL_CHANGES_H
#define GW_CERTS_TSL_CHANGES_H
#include "base/json.h"
#include "certs/tsl.h"

/* An array of objects, each with `change`, `provider` (its name), `withdraws` (whether it takes from certificates that
 * they are qualified, or for what, or can: the grant, the anchor, the provider that vouches) and, but for providers,
 * `service`, `type`:
 * - "provider_added", "provider_removed"; "trade_names_changed" with `added`, `removed` (arrays of texts);
 * - "service_added", "service_removed", "status_changed" with `from` and `to`, statuses of the present ("granted");
 * - "since_changed" (of the same status) with `added`, `removed`, arrays of one time in RFC 3339;
 * - "taken_over", "takeover_ended" with `by`, who does or did;
 * - "provider_changed" (whose service it is), "identity_changed" (certificates, keys), "qualifiers_changed" (with their
 *   criteria), "information_changed" (AdditionalServiceInformation) with `added`, `removed` as in certs/tsl_facets.h.
 * A provider is known by his names, a service by its type and digital identity, whoever runs it. `old` NULL: there was
 * none, and all is added. NULL: out of memory. The caller owns it. */
json_t *tsl_changes(const struct tsl *old, const struct tsl *now);
#endif
