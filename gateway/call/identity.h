/* gateway/call/identity.h - X-Vashgate-Identity: who calls, said to a backend under a key that only it and we know.
 *
 * value = base64url(JSON) "." base64url(HMAC-SHA256(key, base64url(JSON)))     no padding
 * JSON  = {"v":1,"eceu":<ID eCEU>,"group":"<user group>","cert":"<hex>","request":"<hex>","time":<unix seconds>} */
#ifndef GW_CALL_IDENTITY_H
#define GW_CALL_IDENTITY_H
#include "base/buf.h"
#include "gateway/call/call_view.h"

struct identity {
	int64_t eceu_id;
	int user_group;
	const char *cert_digest, *request_id;
	int64_t utc_s;
};
GW_NODISCARD enum gw_code identity_header(const struct identity *who, const uint8_t key[BACKEND_KEY_BYTES],
					  struct gw_buf *out);
#endif
