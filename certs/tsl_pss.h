/* certs/tsl_pss.h - RSASSA-PSS signatures (RFC 6931 2.3.10) for xmlsec1 1.2, which does not know them: the hash of the
 * method for content and mask, a salt as long as the hash. Verification only. Inside certs/ only. */
#ifndef GW_CERTS_TSL_PSS_H
#define GW_CERTS_TSL_PSS_H
#include <stdbool.h>
#include <stddef.h>

#define TSL_PSS "http://www.w3.org/2007/05/xmldsig-more#"

enum { TSL_PSS_METHODS = 3 };

/* What xmlsec1 takes for the methods sha256-rsa-MGF1, sha384-rsa-MGF1 and sha512-rsa-MGF1. */
const struct _xmlSecTransformKlass *tsl_pss_method(size_t i);
/* Makes them known; once, after xmlSecInit. */
bool tsl_pss_register(void);
#endif
