#include "base/conf.h"

#include <libconfig.h>

#include "base/text.h"

struct conf {
	config_t file;
	char *path;
};

enum gw_code conf_open(const char *path, struct conf **out, struct gw_err *err) {
	*out = NULL;
	GW_AUTO(conf) struct conf *c = calloc(1, sizeof(*c));
	if (!c || !(c->path = strdup(path))) {
		free(c);
		c = NULL;
		return gw_fail(err, GW_E_NOMEM, "out of memory");
	}
	config_init(&c->file);
	if (config_read_file(&c->file, path) != CONFIG_TRUE) {
		bool io = config_error_type(&c->file) == CONFIG_ERR_FILE_IO;
		if (io) {
			return gw_fail(err, GW_E_CONFIG, "cannot read configuration '%s'", path);
		}
		return gw_fail(err, GW_E_CONFIG, "%s line %d: %s", path, config_error_line(&c->file),
			       config_error_text(&c->file));
	}
	*out = gw_take(&c);
	return GW_OK;
}

void conf_close(struct conf *c) {
	if (c) {
		config_destroy(&c->file);
		free(c->path);
		free(c);
	}
}

static enum gw_code bad(struct conf *c, const config_setting_t *s, struct gw_err *err, const char *what) {
	const char *name = config_setting_name(s);
	return gw_fail(err, GW_E_CONFIG, "%s line %u: '%s' %s", c->path, config_setting_source_line(s),
		       name ? name : "member", what);
}

static enum gw_code read_u32(struct conf *c, const config_setting_t *s, const struct conf_key *k, struct gw_err *err) {
	int type = config_setting_type(s);
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
		return bad(c, s, err, "must be a whole number");
	}
	long long v = config_setting_get_int64(s);
	if (type == CONFIG_TYPE_INT) {
		v = config_setting_get_int(s);
	}
	if (v < (long long)k->min || v > (long long)k->max) {
		char what[96];
		snprintf(what, sizeof(what), "must be from %u to %u", k->min, k->max);
		return bad(c, s, err, what);
	}
	*(uint32_t *)k->target = (uint32_t)v;
	return GW_OK;
}

static enum gw_code read_bool(struct conf *c, const config_setting_t *s, const struct conf_key *k, struct gw_err *err) {
	if (config_setting_type(s) != CONFIG_TYPE_BOOL) {
		return bad(c, s, err, "must be true or false");
	}
	*(bool *)k->target = config_setting_get_bool(s) != 0;
	return GW_OK;
}

static enum gw_code copy_text(struct conf *c, const config_setting_t *s, char *into, size_t size, bool required,
			      struct gw_err *err) {
	const char *text = config_setting_get_string(s);
	if (!text) {
		return bad(c, s, err, "must be a text");
	}
	if (required && !text[0]) {
		return bad(c, s, err, "must not be empty");
	}
	return gw_copy_text(into, size, text) ? GW_OK : bad(c, s, err, "is too long");
}

static enum gw_code read_texts(struct conf *c, const config_setting_t *s, const struct conf_key *k,
			       struct gw_err *err) {
	size_t n = config_setting_is_array(s) ? (size_t)config_setting_length(s) : 0;
	if (!config_setting_is_array(s) || n > k->count || (k->required && n == 0)) {
		return bad(c, s, err,
			   k->required ? "must be a list of texts that is not empty or too long"
				       : "must be a list of texts, not too long");
	}
	enum gw_code rc = GW_OK;
	for (size_t i = 0; rc == GW_OK && i < n; i++) {
		rc = copy_text(c, config_setting_get_elem(s, (unsigned)i), (char *)k->target + i * k->size, k->size,
			       true, err);
	}
	*k->used = n;
	return rc;
}

static enum gw_code read_ints(struct conf *c, const config_setting_t *s, const struct conf_key *k, struct gw_err *err) {
	size_t n = config_setting_is_array(s) ? (size_t)config_setting_length(s) : 0;
	if (!config_setting_is_array(s) || n > k->count) {
		return bad(c, s, err, "must be a list of whole numbers, not too long");
	}
	for (size_t i = 0; i < n; i++) {
		const config_setting_t *e = config_setting_get_elem(s, (unsigned)i);
		if (config_setting_type(e) != CONFIG_TYPE_INT) {
			return bad(c, s, err, "must be a list of whole numbers");
		}
		((int *)k->target)[i] = config_setting_get_int(e);
	}
	*k->used = n;
	return GW_OK;
}

static enum gw_code read_key(struct conf *c, const config_setting_t *s, const struct conf_key *k, struct gw_err *err) {
	switch (k->type) {
	case CONF_U32:
		return read_u32(c, s, k, err);
	case CONF_BOOL:
		return read_bool(c, s, k, err);
	case CONF_TEXT:
		return copy_text(c, s, k->target, k->size, k->required, err);
	case CONF_TEXTS:
		return read_texts(c, s, k, err);
	case CONF_INTS:
		return read_ints(c, s, k, err);
	case CONF_GROUP:
		return config_setting_is_group(s) ? GW_OK : bad(c, s, err, "must be a group: { … }");
	case CONF_GROUPS:
	default:
		return config_setting_is_list(s) ? GW_OK : bad(c, s, err, "must be a list of groups: ( { … } )");
	}
}

static const struct conf_key *find_key(const struct conf_key *keys, size_t count, const char *name) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(keys[i].key, name) == 0) {
			return &keys[i];
		}
	}
	return NULL;
}

static enum gw_code check_required(struct conf *c, const config_setting_t *group, const struct conf_key *keys,
				   size_t count, struct gw_err *err) {
	for (size_t i = 0; i < count; i++) {
		if (keys[i].required && !config_setting_get_member(group, keys[i].key)) {
			return gw_fail(err, GW_E_CONFIG, "%s line %u: '%s' is missing", c->path,
				       config_setting_source_line(group), keys[i].key);
		}
	}
	return GW_OK;
}

enum gw_code conf_read(struct conf *c, const char *path, const struct conf_key *keys, size_t count,
		       struct gw_err *err) {
	const config_setting_t *group = path[0] ? config_lookup(&c->file, path) : config_root_setting(&c->file);
	if (!group || !config_setting_is_group(group)) {
		return gw_fail(err, GW_E_CONFIG, "%s: '%s' must be a group", c->path, path);
	}
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		const struct conf_key *k = find_key(keys, count, config_setting_name(s));
		enum gw_code rc = k ? read_key(c, s, k, err) : bad(c, s, err, "is not known here");
		if (rc != GW_OK) {
			return rc;
		}
	}
	return check_required(c, group, keys, count, err);
}

size_t conf_count(struct conf *c, const char *list) {
	const config_setting_t *s = config_lookup(&c->file, list);
	return s && config_setting_is_list(s) ? (size_t)config_setting_length(s) : 0;
}

bool conf_has(struct conf *c, const char *path) {
	return config_lookup(&c->file, path) != NULL;
}
