/* certs/tsl_changes.h - what a new list changes against the one in force. */
#ifndef GW_CERTS_TSL_CHANGES_H
#define GW_CERTS_TSL_CHANGES_H
#include "base/json.h"
#include "certs/tsl.h"

/* An array of objects, each with `change` ("provider_added", "provider_removed", "service_added", "service_removed",
 * "status_changed", "taken_over"), `provider` (its name) and, but for providers, `service`, `type`; `from` and `to` are
 * statuses of the present ("granted"), `by` is who took over. A provider is known by his names, a service by its type
 * and digital identity, whoever runs it. `old` NULL: there was none, and all is added. NULL: out of memory. The caller
 * owns it. */
json_t *tsl_changes(const struct tsl *old, const struct tsl *now);
#endif
