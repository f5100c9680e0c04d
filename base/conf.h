/* base/conf.h - reading a libconfig file by tables of keys. A key that no table names is an error, like one that is
 * repeated, of the wrong type, or out of range: missing configuration means that nothing is allowed. */
#ifndef GW_BASE_CONF_H
#define GW_BASE_CONF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct conf;

enum conf_type {
	CONF_U32,
	CONF_BOOL,
	CONF_TEXT,
	CONF_TEXTS,
	CONF_INTS,
	CONF_GROUPS, /* known, read apart */
	CONF_GROUP   /* the same, a single one */
};

struct conf_key {
	const char *key;
	enum conf_type type;
	void *target; /* uint32_t, bool, char[size]; TEXTS: char[count][size]; INTS: int[count]; GROUPS, GROUP: unused
		       */
	size_t size;  /* of a text, with NUL */
	size_t count; /* most members of TEXTS, INTS */
	size_t *used; /* TEXTS, INTS: how many were given */
	uint32_t min, max;
	bool required; /* TEXT: also not empty; TEXTS: at least one */
};

GW_NODISCARD enum gw_code conf_open(const char *path, struct conf **out, struct gw_err *err);
void conf_close(struct conf *c);
GW_DEFINE_AUTO(conf, struct conf *, conf_close)

/* Read the group at `path` ("" = the root, "listeners.[0]" = first member of a list). Keys absent from the file leave
 * their targets as they are. GW_E_CONFIG names file, line and key. */
GW_NODISCARD enum gw_code conf_read(struct conf *c, const char *path, const struct conf_key *keys, size_t count,
				    struct gw_err *err);
size_t conf_count(struct conf *c, const char *list); /* members; 0 if absent */
bool conf_has(struct conf *c, const char *path);
#endif
