#include "gateway/call/identity.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"

enum gw_code identity_header(const struct identity *who, const uint8_t key[BACKEND_KEY_BYTES], struct gw_buf *out) {
	char json[320];
	uint8_t mac[32];
	unsigned mac_len = 0;
	/* hex digits and numbers only: nothing needs escaping */
	int n = snprintf(json, sizeof(json),
			 "{\"v\":1,\"eceu\":%lld,\"group\":\"%d\",\"cert\":\"%s\",\"request\":\"%s\",\"time\":%lld}",
			 (long long)who->eceu_id, who->user_group, who->cert_digest, who->request_id,
			 (long long)who->utc_s);
	size_t from = out->len;
	if (n < 0 || (size_t)n >= sizeof(json)) {
		return GW_E_BUG;
	}
	enum gw_code rc = gw_base64url(out, json, (size_t)n);
	if (rc != GW_OK) {
		return rc;
	}
	if (!HMAC(EVP_sha256(), key, BACKEND_KEY_BYTES, (const uint8_t *)out->data + from, out->len - from, mac,
		  &mac_len)) {
		return GW_E_NOMEM;
	}
	rc = gw_buf_add(out, ".", 1);
	return rc == GW_OK ? gw_base64url(out, mac, mac_len) : rc;
}
