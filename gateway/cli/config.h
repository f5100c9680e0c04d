/* gateway/cli/config.h - the configuration file as a struct. docs/OPERATIONS.md and vashgate.conf(5) describe every
 * key. */
#ifndef GW_CLI_CONFIG_H
#define GW_CLI_CONFIG_H
#include "certs/trust_list.h"
#include "gateway/call/call_view.h"
#include "gateway/mail/mail_smtp.h"
#include "gateway/registers/registers.h"

enum { CONFIG_PATH = 512 };

enum config_kind { CONFIG_SERVICES = 0, CONFIG_PORTAL, CONFIG_METRICS };

struct config_listener {
	char name[ENGINE_NAME], kind_text[ENGINE_NAME], address[64];
	enum config_kind kind;
	uint32_t port;
	char cert[CONFIG_PATH], key[CONFIG_PATH];
	char anchors[CONFIG_PATH], intermediates[CONFIG_PATH], crls[CONFIG_PATH];
	bool trusted_list; /* its services are anchors */
	char revocation_text[8];
	enum cert_revocation_rule revocation;
	char public_url[CONFIG_PATH];
	struct engine_hosts hosts;
	size_t opens_count; /* names of backends whose services it opens; "self" = our own */
	char opens[BACKENDS_MAX + 1][ENGINE_NAME];
	uint32_t calls_per_s, calls_burst, in_flight; /* 0 = as the settings say */
};

struct config_backend {
	char name[ENGINE_NAME], url[CONFIG_PATH], cert[CONFIG_PATH], key[CONFIG_PATH], ca[CONFIG_PATH],
		hmac_key[CONFIG_PATH];
};

struct config_mail { /* url "" = there is no group `mail` */
	char url[MAIL_PATH], from[VASH_EMAIL_MAX + 1], user[MAIL_SECRET], password_file[CONFIG_PATH], ca[MAIL_PATH];
	bool starttls;
};

struct config_trust {
	char lotl_signers[CONFIG_PATH];			  /* file or folder; "" = no list of lists is believed */
	char list[CONFIG_PATH], lotl[CONFIG_PATH];	  /* file or address, imported on schedule; "" = none */
	char signer[CONFIG_PATH];			  /* of the list, where no lotl names it */
	char territory[8];				  /* of the trusted list: "SI" */
	char provider[CERT_PROVIDERS_MAX][CERT_PROVIDER]; /* whose services are anchors (FZ-VS9) */
	size_t provider_count;
};

struct config {
	struct settings settings;
	char data_dir[CONFIG_PATH]; /* registry.db, audit-heads.log */
	char log_key[CONFIG_PATH];  /* Ed25519, PEM: signs the heads of the audit trail */
	char control_socket[CONFIG_PATH];
	char contracts_dir[CONFIG_PATH]; /* WSDL and XSD */
	char services_file[CONFIG_PATH]; /* "" = the built-in table */
	char codelists_dir[CONFIG_PATH]; /* "" = the built-in code lists */
	struct vash_group_set client_required;
	size_t listener_count, backend_count;
	struct config_listener listener[ENGINE_LISTENERS_MAX];
	struct config_backend backend[BACKENDS_MAX];
	struct register_config mdp, prs; /* url "" = not configured */
	struct config_mail mail;
	struct config_trust trust;
	struct cert_issuer_rules issuers; /* how their certificates' revocation is learned */
	char digest[65];		  /* SHA-256 of the file */
};

/* Read, check and complete with defaults; nothing but this file is opened. GW_E_CONFIG names file, line and key;
 * GW_E_NOTFOUND: the file cannot be read. */
GW_NODISCARD enum gw_code config_load(const char *path, struct config *out, struct gw_err *err);
/* Every scalar setting with its value, unit, limits and meaning, in the file's own form. */
/* The first listener of services; GW_E_CONFIG: there is none. */
GW_NODISCARD enum gw_code config_services_listener(const struct config *c, size_t *index, struct gw_err *err);
bool config_trusts_list(const struct config *c); /* does a listener take its anchors from the trusted list? */
void config_print(const struct config *c, FILE *to);
#endif
