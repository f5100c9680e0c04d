#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stddef.h>

#include "base/text.h"
#include "samples/sim/sim.h"

enum option_id {
	OPT_PORT = 1,
	OPT_CONTROL,
	OPT_CERT,
	OPT_KEY,
	OPT_CA,
	OPT_HMAC,
	OPT_DATA,
	OPT_READY,
	OPT_IDLE,
	OPT_OPEN
};

static const struct option known[] = {
	{"port", required_argument, NULL, OPT_PORT},
	{"control-port", required_argument, NULL, OPT_CONTROL},
	{"cert", required_argument, NULL, OPT_CERT},
	{"key", required_argument, NULL, OPT_KEY},
	{"client-ca", required_argument, NULL, OPT_CA},
	{"hmac-key", required_argument, NULL, OPT_HMAC},
	{"data-dir", required_argument, NULL, OPT_DATA},
	{"ready-fd", required_argument, NULL, OPT_READY},
	{"idle-ms", required_argument, NULL, OPT_IDLE},
	{"no-identity", no_argument, NULL, OPT_OPEN},
	{NULL, 0, NULL, 0},
};

static bool number(const char *text, uint64_t max, uint64_t *out) {
	return gw_parse_u64(text, strlen(text), max, out);
}

static bool take(struct sim_options *o, int id, const char *text) {
	uint64_t n = 0;
	const char **const texts[] = {[OPT_CERT] = &o->cert,
				      [OPT_KEY] = &o->key,
				      [OPT_CA] = &o->client_ca,
				      [OPT_HMAC] = &o->hmac_key_file,
				      [OPT_DATA] = &o->data_dir};
	if (id >= OPT_CERT && id <= OPT_DATA) {
		*texts[id] = text;
		return true;
	}
	if (id == OPT_OPEN) {
		o->check_identity = false;
		return true;
	}
	if (!number(text, id == OPT_IDLE ? 86400000 : 65535, &n)) {
		return false;
	}
	if (id == OPT_PORT) {
		o->port = (unsigned)n;
	} else if (id == OPT_CONTROL) {
		o->control_port = (unsigned)n;
	} else if (id == OPT_READY) {
		o->ready_fd = (int)n;
	} else {
		o->idle_ms = (int)n;
	}
	return true;
}

enum gw_code sim_options_parse(int argc, char **argv, struct sim_options *opt, struct gw_err *err) {
	*opt = (struct sim_options){.ready_fd = -1, .idle_ms = 300000, .check_identity = true};
	for (int id; (id = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (id == '?' || !take(opt, id, optarg)) {
			return gw_fail(err, GW_E_INPUT, "bad option or value '%s'", optarg ? optarg : "");
		}
	}
	if (optind < argc || !opt->cert || !opt->key || !opt->client_ca || !opt->data_dir ||
	    (opt->check_identity && !opt->hmac_key_file)) {
		return gw_fail(err, GW_E_INPUT,
			       "needed: --cert --key --client-ca --data-dir, and --hmac-key unless --no-identity");
	}
	return GW_OK;
}

enum gw_code sim_key_load(struct sim *sim, struct gw_err *err) {
	char text[2 * sizeof(sim->hmac_key) + 8];
	if (!sim->opt.hmac_key_file) {
		return GW_OK;
	}
	FILE *f = fopen(sim->opt.hmac_key_file, "re");
	if (!f) {
		return gw_fail(err, GW_E_CONFIG, "cannot open '%s': %s", sim->opt.hmac_key_file, strerror(errno));
	}
	size_t n = fread(text, 1, sizeof(text), f);
	fclose(f);
	while (n > 0 && isspace((unsigned char)text[n - 1])) {
		n--;
	}
	sim->hmac_key_len = n / 2;
	if (n / 2 < 16 || n / 2 > sizeof(sim->hmac_key) || !gw_unhex(text, n, sim->hmac_key, n / 2)) {
		return gw_fail(err, GW_E_CONFIG, "'%s' is not one line of 32 to 256 hex digits",
			       sim->opt.hmac_key_file);
	}
	return GW_OK;
}
