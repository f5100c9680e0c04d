/* gateway/cli/mail_config.h - the group `mail` of a configuration with what its files hold, ready for the sender. */
#ifndef GW_CLI_MAIL_CONFIG_H
#define GW_CLI_MAIL_CONFIG_H
#include "gateway/cli/config.h"

/* Reads the password, looks whether the CA file holds a certificate. Without the group *out has the url "".
 * *out holds a password: explicit_bzero. GW_E_CONFIG. */
GW_NODISCARD enum gw_code mail_config_load(const struct config *c, struct mail_settings *out, struct gw_err *err);
#endif
