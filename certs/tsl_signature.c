#include "certs/tsl_signature.h"

#include <libxml/valid.h>
#include <openssl/evp.h>

#include "certs/tsl_pss.h"

#define ENVELOPED "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
#define SIGNED_PROPERTIES "http://uri.etsi.org/01903#SignedProperties"
#define XMLDSIG_MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define XMLENC "http://www.w3.org/2001/04/xmlenc#"

enum { CERTIFICATES_MAX = 8 /* beside the signer's own */, CERTIFICATE_BYTES_MAX = 65536 };

void tsl_signature_release(struct tsl_signature *s) {
	X509_free(s->cert);
	s->cert = NULL;
}

static bool is_one_of(const char *text, const char *const *words, size_t n) {
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* ---- the whole document ---- */

static xmlNodePtr following(xmlNodePtr n) {
	if (n->children && n->type == XML_ELEMENT_NODE) {
		return n->children;
	}
	while (n && !n->next) {
		n = n->parent;
	}
	return n ? n->next : NULL;
}

static xmlNodePtr find_only(xmlDocPtr doc, struct tsl_refused *refused) {
	xmlNodePtr root = xmlDocGetRootElement(doc), found = NULL;
	for (xmlNodePtr n = root; n; n = following(n)) {
		if (tsl_node_is(n, TSL_NS_DSIG, "Signature")) {
			if (found) {
				tsl_refuse(refused, TSL_REFUSED_SIGNATURE_MANY, "lines %ld and %ld",
					   xmlGetLineNo(found), xmlGetLineNo(n));
			}
			found = n;
		}
	}
	if (!found) {
		tsl_refuse(refused, TSL_REFUSED_SIGNATURE_ABSENT, "there is no ds:Signature");
	} else if (found->parent != root) {
		tsl_refuse(refused, TSL_REFUSED_SIGNATURE_PLACE, "it stands in %s, line %ld", found->parent->name,
			   xmlGetLineNo(found));
	}
	return refused->why == TSL_REFUSED_NOT ? found : NULL;
}

/* Every attribute that some reader takes for an identifier. */
static bool is_identifier(const xmlAttr *a) {
	return strcasecmp((const char *)a->name, "id") == 0;
}

static bool check_unique(xmlDocPtr doc, struct tsl_refused *refused) {
	bool ok = true;
	xmlHashTablePtr seen = xmlHashCreate(256);
	for (xmlNodePtr n = xmlDocGetRootElement(doc); n && ok; n = following(n)) {
		for (xmlAttrPtr a = n->type == XML_ELEMENT_NODE ? n->properties : NULL; a && ok; a = a->next) {
			xmlChar *value = is_identifier(a) ? xmlNodeListGetString(doc, a->children, 1) : NULL;
			ok = !value || (seen && xmlHashAddEntry(seen, value, n) == 0);
			if (!ok) {
				tsl_refuse(refused, TSL_REFUSED_ID_TWICE, "%s, line %ld", (const char *)value,
					   xmlGetLineNo(n));
			}
			xmlFree(value);
		}
	}
	xmlHashFree(seen, NULL);
	return ok;
}

/* ---- algorithms and transforms ---- */

static const char *algorithm(const xmlNode *parent, const char *name, struct gw_arena *arena,
			     struct tsl_refused *refused) {
	const xmlNode *n = tsl_child(parent, TSL_NS_DSIG, name, refused);
	return n ? tsl_attribute(n, NULL, "Algorithm", arena) : "";
}

/* Without comments: the reading of the list does not see them either. */
static bool is_canonical_form(const char *uri) {
	static const char *const forms[] = {"http://www.w3.org/2001/10/xml-exc-c14n#",
					    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
					    "http://www.w3.org/2006/12/xml-c14n11"};
	return is_one_of(uri, forms, GW_COUNT(forms));
}

static const EVP_MD *digest_of(const char *uri, bool sha1_too) {
	if (strcmp(uri, XMLENC "sha256") == 0) {
		return EVP_sha256();
	}
	if (strcmp(uri, XMLDSIG_MORE "sha384") == 0) {
		return EVP_sha384();
	}
	if (strcmp(uri, XMLENC "sha512") == 0) {
		return EVP_sha512();
	}
	return sha1_too && strcmp(uri, TSL_NS_DSIG "sha1") == 0 ? EVP_sha1() : NULL;
}

static bool check_methods(const xmlNode *info, struct gw_arena *arena, struct tsl_refused *refused) {
	static const char *const methods[] = {
		XMLDSIG_MORE "rsa-sha256",   XMLDSIG_MORE "rsa-sha384",	  XMLDSIG_MORE "rsa-sha512",
		XMLDSIG_MORE "ecdsa-sha256", XMLDSIG_MORE "ecdsa-sha384", XMLDSIG_MORE "ecdsa-sha512",
		TSL_PSS "sha256-rsa-MGF1",   TSL_PSS "sha384-rsa-MGF1",	  TSL_PSS "sha512-rsa-MGF1"};
	const char *method = algorithm(info, "SignatureMethod", arena, refused);
	const char *form = algorithm(info, "CanonicalizationMethod", arena, refused);
	if (!is_one_of(method, methods, GW_COUNT(methods))) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNATURE_ALGORITHM, "SignatureMethod %s", method);
	}
	return is_canonical_form(form) ||
	       tsl_refuse(refused, TSL_REFUSED_SIGNATURE_TRANSFORM, "CanonicalizationMethod %s", form);
}

/* `enveloped`: exactly enveloped-signature and one canonical form; else at most one canonical form. A parameter within
 * a transform (InclusiveNamespaces) is no XPath, but nothing that a list needs. */
static bool check_transforms(const xmlNode *reference, bool enveloped, struct gw_arena *arena,
			     struct tsl_refused *refused) {
	const xmlNode *all = tsl_child(reference, TSL_NS_DSIG, "Transforms", refused), *t = NULL;
	size_t n = 0, before = enveloped ? 1 : 0;
	while ((t = tsl_next(all, t, TSL_NS_DSIG, "Transform"))) {
		const char *uri = tsl_attribute(t, NULL, "Algorithm", arena);
		bool ok = n < before ? strcmp(uri, ENVELOPED) == 0 : n == before && is_canonical_form(uri);
		if (!ok || xmlFirstElementChild((xmlNodePtr)(uintptr_t)t)) {
			return tsl_refuse(refused, TSL_REFUSED_SIGNATURE_TRANSFORM, "transform %zu: %s", n + 1, uri);
		}
		n++;
	}
	return n == before + 1 || (!enveloped && n == 0) ||
	       tsl_refuse(refused, TSL_REFUSED_SIGNATURE_TRANSFORM, "a transform is missing");
}

/* ---- references ---- */

static const char *id_of(const xmlNode *node, struct gw_arena *arena) {
	return tsl_attribute(node, NULL, "Id", arena);
}

/* "#ID" of that node, which becomes known to the library under it. */
static bool names(const char *uri, const xmlNode *node, struct gw_arena *arena) {
	const char *id = id_of(node, arena);
	xmlAttrPtr a = xmlHasNsProp((xmlNodePtr)(uintptr_t)node, (const xmlChar *)"Id", NULL);
	if (uri[0] != '#' || !id[0] || strcmp(uri + 1, id) != 0 || !a) {
		return false;
	}
	return xmlGetID(node->doc, (const xmlChar *)id) == a ||
	       xmlAddID(NULL, node->doc, (const xmlChar *)id, a) != NULL;
}

static bool check_reference(const struct tsl_signature *s, const xmlNode *ref, size_t seen[2], struct gw_arena *arena,
			    struct tsl_refused *refused) {
	const xmlNode *root = xmlDocGetRootElement(s->node->doc);
	bool has_uri = xmlHasNsProp((xmlNodePtr)(uintptr_t)ref, (const xmlChar *)"URI", NULL) != NULL;
	const char *uri = tsl_attribute(ref, NULL, "URI", arena), *type = tsl_attribute(ref, NULL, "Type", arena);
	bool list = has_uri && (!uri[0] || names(uri, root, arena));
	if (!list && !(names(uri, s->properties, arena) && strcmp(type, SIGNED_PROPERTIES) == 0)) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNATURE_REFERENCE, "a reference to '%s'", uri);
	}
	seen[list ? 0 : 1]++;
	const char *digest = algorithm(ref, "DigestMethod", arena, refused);
	if (!digest_of(digest, false)) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNATURE_ALGORITHM, "DigestMethod %s", digest);
	}
	return check_transforms(ref, list, arena, refused);
}

static bool check_references(const struct tsl_signature *s, const xmlNode *info, struct gw_arena *arena,
			     struct tsl_refused *refused) {
	size_t seen[2] = {0, 0};
	for (const xmlNode *ref = tsl_next(info, NULL, TSL_NS_DSIG, "Reference"); ref;
	     ref = tsl_next(info, ref, TSL_NS_DSIG, "Reference")) {
		if (!check_reference(s, ref, seen, arena, refused)) {
			return false;
		}
	}
	return (seen[0] == 1 && seen[1] == 1) ||
	       tsl_refuse(refused, TSL_REFUSED_SIGNATURE_REFERENCE,
			  "%zu references to the list, %zu to the signed properties", seen[0], seen[1]);
}

/* ---- XAdES: the properties and the signer that they name (EN 319 132-1 5.2.2) ---- */

static const xmlNode *find_properties(const xmlNode *signature, struct gw_arena *arena, struct tsl_refused *refused) {
	const xmlNode *found = NULL, *o = NULL;
	while ((o = tsl_next(signature, o, TSL_NS_DSIG, "Object"))) {
		const xmlNode *q = tsl_child(o, TSL_NS_XADES, "QualifyingProperties", refused);
		const xmlNode *p = tsl_child(q, TSL_NS_XADES, "SignedProperties", refused);
		const char *target = q ? tsl_attribute(q, NULL, "Target", arena) : "";
		if (p && (found || target[0] != '#' || strcmp(target + 1, id_of(signature, arena)) != 0)) {
			tsl_refuse(refused, TSL_REFUSED_SIGNATURE_MALFORMED,
				   "properties that are not this signature's alone, line %ld", xmlGetLineNo(p));
		}
		found = p ? p : found;
	}
	if (!found) {
		tsl_refuse(refused, TSL_REFUSED_SIGNATURE_MALFORMED, "there are no xades:SignedProperties");
	}
	return refused->why == TSL_REFUSED_NOT ? found : NULL;
}

/* The first Cert is the signer's. */
static const xmlNode *find_cert_digest(const xmlNode *properties, struct tsl_refused *refused) {
	const xmlNode *of = tsl_child(properties, TSL_NS_XADES, "SignedSignatureProperties", refused);
	const xmlNode *v1 = tsl_child(of, TSL_NS_XADES, "SigningCertificate", refused);
	const xmlNode *v2 = tsl_child(of, TSL_NS_XADES, "SigningCertificateV2", refused);
	if (v1 && v2) {
		return NULL;
	}
	const xmlNode *cert = tsl_next(v1 ? v1 : v2, NULL, TSL_NS_XADES, "Cert");
	return tsl_child(cert, TSL_NS_XADES, "CertDigest", refused);
}

static bool has_digest(struct gw_span der, const EVP_MD *md, struct gw_span digest) {
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	return EVP_Digest(der.p, der.n, hash, &n, md, NULL) == 1 &&
	       gw_span_equal(digest, (struct gw_span){(const char *)hash, n});
}

static X509 *read_certificate(struct gw_span der) {
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *cert = der.n > 0 && der.n <= CERTIFICATE_BYTES_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;
	if (cert && p != (const unsigned char *)der.p + der.n) {
		X509_free(cert);
		cert = NULL;
	}
	return cert;
}

struct wanted { /* the certificate that the properties name */
	const EVP_MD *md;
	struct gw_span digest;
	size_t seen;
};

/* NULL: none of this X509Data. */
static X509 *find_certificate(const xmlNode *data, struct wanted *w, struct gw_arena *arena,
			      struct tsl_refused *refused) {
	const xmlNode *c = NULL;
	while ((c = tsl_next(data, c, TSL_NS_DSIG, "X509Certificate")) && w->seen <= CERTIFICATES_MAX) {
		struct gw_span der = tsl_node_bytes(c, arena, refused);
		w->seen++;
		if (refused->why == TSL_REFUSED_NOT && has_digest(der, w->md, w->digest)) {
			return read_certificate(der);
		}
	}
	return NULL;
}

static bool find_signer(struct tsl_signature *s, struct gw_arena *arena, struct tsl_refused *refused) {
	const xmlNode *named = find_cert_digest(s->properties, refused), *data = NULL;
	const xmlNode *value = tsl_child(named, TSL_NS_DSIG, "DigestValue", refused);
	const xmlNode *info = tsl_child(s->node, TSL_NS_DSIG, "KeyInfo", refused);
	const char *method = algorithm(named, "DigestMethod", arena, refused);
	struct wanted w = {.md = digest_of(method, true), .digest = {0}};
	if (!value || !w.md) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNING_CERTIFICATE, "no usable digest of it (%s)", method);
	}
	w.digest = tsl_node_bytes(value, arena, refused);
	while (!s->cert && (data = tsl_next(info, data, TSL_NS_DSIG, "X509Data"))) {
		s->cert = find_certificate(data, &w, arena, refused);
	}
	if (refused->why == TSL_REFUSED_NOT && w.seen == 0) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNER_ABSENT, "no X509Certificate in KeyInfo");
	}
	return s->cert ? refused->why == TSL_REFUSED_NOT
		       : tsl_refuse(refused, TSL_REFUSED_SIGNING_CERTIFICATE,
				    "no certificate in KeyInfo has the signed digest");
}

bool tsl_signature_find(xmlDocPtr doc, struct gw_arena *arena, struct tsl_signature *out, struct tsl_refused *refused) {
	*out = (struct tsl_signature){.node = find_only(doc, refused)};
	if (!out->node || !check_unique(doc, refused)) {
		return false;
	}
	const xmlNode *info = tsl_child(out->node, TSL_NS_DSIG, "SignedInfo", refused);
	out->properties = find_properties(out->node, arena, refused);
	if (!info || !out->properties) {
		return tsl_refuse(refused, TSL_REFUSED_SIGNATURE_MALFORMED, "there is no ds:SignedInfo");
	}
	return check_methods(info, arena, refused) && check_references(out, info, arena, refused) &&
	       find_signer(out, arena, refused) && refused->why == TSL_REFUSED_NOT;
}
