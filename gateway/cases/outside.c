#include "gateway/cases/outside.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/text.h"
#include "certs/judge.h"
#include "certs/pdf_glance.h"

enum { REPORT_MAX_BYTES = 65536, CLIENT_ID_BYTES = 16, SECRET_BYTES = 32, SALT_BYTES = 16 };

/* ---- certificates ---- */

static const char *canonical(X509 *cert, struct gw_arena *arena) {
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	const char *copy = "";
	if (bio && PEM_write_bio_X509(bio, cert) == 1) {
		long n = BIO_get_mem_data(bio, &text);
		copy = gw_arena_span(arena, (struct gw_span){text, (size_t)n});
	}
	BIO_free(bio);
	return copy;
}

struct answer {
	enum cert_verdict verdict;
	enum vash_cert_answer answer;
	struct vash_text why; /* what the sentences of vs207-03.4 say in brackets */
};

static const struct answer answers[] = {
	{CERT_ACCEPTED, VASH_CERT_OK, {"", ""}},
	{CERT_UNDECIDED,
	 VASH_CERT_UNDECIDED,
	 {"veljavnosti ni bilo mogoče preveriti", "validity could not be established"}},
	{CERT_REVOCATION_UNKNOWN,
	 VASH_CERT_UNDECIDED,
	 {"ni znano, ali je potrdilo preklicano", "whether the certificate is revoked is not known"}},
	{CERT_REFUSED_SELF_SIGNED, VASH_CERT_ISSUER, {"samopodpisano potrdilo", "self-signed certificate"}},
	{CERT_REFUSED_UNKNOWN_ISSUER,
	 VASH_CERT_NO_PATH,
	 {"verige do veljavnega potrdila izdajatelja ni", "there is no chain to a valid certificate of the issuer"}},
	{CERT_REFUSED_EXPIRED,
	 VASH_CERT_INVALID,
	 {"poteklo je potrdilo ali potrdilo izdajatelja", "the certificate, or its issuer's, has expired"}},
	{CERT_REFUSED_NOT_YET_VALID, VASH_CERT_INVALID, {"potrdilo še ne velja", "the certificate is not valid yet"}},
	{CERT_REFUSED_KEY_USAGE,
	 VASH_CERT_INVALID,
	 {"ključ potrdila ni namenjen prijavi odjemalca (KU, EKU)",
	  "the key is not meant for client authentication (KU, EKU)"}},
	{CERT_REFUSED_WEAK, VASH_CERT_INVALID, {"ključ ali podpis je prešibek", "the key or a signature is too weak"}},
	{CERT_REFUSED_NOT_QUALIFIED,
	 VASH_CERT_INVALID,
	 {"potrdilo ni kvalificirano", "the certificate is not qualified"}},
	{CERT_REFUSED_REVOKED,
	 VASH_CERT_INVALID,
	 {"preklicano je potrdilo ali potrdilo izdajatelja", "the certificate, or its issuer's, has been revoked"}}};

static struct answer answer_of(enum cert_verdict v) {
	for (size_t i = 0; i < GW_COUNT(answers); i++) {
		if (answers[i].verdict == v) {
			return answers[i];
		}
	}
	return (struct answer){
		v, VASH_CERT_INVALID, {"veriga potrdil ni veljavna", "the chain of certificates is not valid"}};
}

static void keep_steps(const struct cert_report *report, struct gw_arena *arena, struct vash_cert_checked *out) {
	struct vash_cert_step *step = gw_arena_array(arena, CERT_STEPS_MAX, sizeof(*step));
	for (size_t i = 0; step && i < report->count; i++) {
		step[i] = (struct vash_cert_step){report->step[i].name, cert_result_name(report->step[i].result),
						  gw_arena_text(arena, report->step[i].reason)};
	}
	out->step = step;
	out->step_count = step ? report->count : 0;
}

/* What is missing of the path, and of its status, is fetched: whoever registers may wait. */
static void judge(const struct outside *o, const struct cert_question *q, struct cert_judgement *out,
		  struct cert_report *report) {
	struct fetch_how how = o->fetch;
	how.issuers = true;
	cert_judge(o->trust, q, out, report);
	bool lacks = out->missing || out->verdict == CERT_REFUSED_UNKNOWN_ISSUER;
	if (how.live && lacks && fetch_status(&how, o->trust, q, NULL) == FETCH_NEW) {
		cert_judge(o->trust, q, out, report);
	}
}

static enum gw_code check_certificate(void *ctx, const char *pem, struct gw_arena *arena, struct vash_cert_checked *out,
				      struct gw_err *err) {
	const struct outside *o = ctx;
	struct cert_judgement judgement = {0};
	struct cert_report report;
	memset(out, 0, sizeof(*out));
	out->pem = "";
	out->detail = vash_same("");
	if (strstr(pem, "PRIVATE KEY")) {
		out->answer = VASH_CERT_PRIVATE_KEY;
		return GW_OK;
	}
	GW_AUTO(x509) X509 *cert = cert_read_pem(gw_span_of(pem));
	if (!cert || cert_facts_read(cert, &out->facts, NULL) != GW_OK) {
		out->answer = VASH_CERT_UNREADABLE;
		return GW_OK;
	}
	out->readable = true;
	out->pem = canonical(cert, arena);
	const struct cert_question question = {
		.leaf = cert, .facts = &out->facts, .purpose = CERT_FOR_CALL, .at_utc_s = o->now_utc_s};
	judge(o, &question, &judgement, &report);
	keep_steps(&report, arena, out);
	const struct answer answer = answer_of(judgement.verdict);
	out->answer = answer.answer;
	out->revocation_unchecked = judgement.status.revocation == CERT_REVOCATION_UNCHECKED;
	out->detail = answer.why;
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}

enum gw_code outside_tax_number(const char *pem, struct gw_arena *arena, const char **out, struct gw_err *err) {
	struct cert_facts facts;
	GW_AUTO(x509) X509 *cert = cert_read_pem(gw_span_of(pem));
	*out = cert && cert_facts_read(cert, &facts, NULL) == GW_OK
		       ? gw_arena_text(arena, cert_holder_tax_number(&facts))
		       : "";
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}

/* ---- applications ---- */

static enum gw_code check_application(void *ctx, struct gw_span file, struct gw_arena *arena,
				      struct vash_application_checked *out, struct gw_err *err) {
	GW_UNUSED(ctx);
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct pdf_glance found = pdf_glance(file);
	GW_AUTO(buf) struct gw_buf report;
	gw_buf_init(&report, REPORT_MAX_BYTES);
	memset(out, 0, sizeof(*out));
	SHA256((const uint8_t *)file.p, file.n, digest);
	gw_hex(digest, sizeof(digest), out->sha256);
	out->answer = !found.is_pdf	     ? VASH_APPLICATION_NOT_PDF
		      : !found.has_signature ? VASH_APPLICATION_NOT_SIGNED
					     : VASH_APPLICATION_UNDECIDED;
	enum gw_code rc = pdf_glance_report(found, &report);
	out->report = gw_arena_span(arena, gw_buf_span(&report));
	return rc == GW_OK && !arena->failed ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* ---- clients: the secret is kept as "v1$salt$SHA-256(salt, secret)" in hex ---- */

static enum gw_code make_client(void *ctx, struct gw_arena *arena, struct vash_client *out, struct gw_err *err) {
	GW_UNUSED(ctx);
	uint8_t id[CLIENT_ID_BYTES], random[SECRET_BYTES], salted[SALT_BYTES + 2 * SECRET_BYTES], digest[32];
	char id_text[2 * CLIENT_ID_BYTES + 1], salt[2 * SALT_BYTES + 1], hash[65];
	GW_AUTO(buf) struct gw_buf secret;
	gw_buf_init(&secret, sizeof(salted));
	if (RAND_bytes(id, sizeof(id)) != 1 || RAND_bytes(random, sizeof(random)) != 1 ||
	    RAND_bytes(salted, SALT_BYTES) != 1 || gw_base64url(&secret, random, sizeof(random)) != GW_OK) {
		return gw_fail(err, GW_E_NOMEM, "no randomness");
	}
	memcpy(salted + SALT_BYTES, secret.data, secret.len);
	SHA256(salted, SALT_BYTES + secret.len, digest);
	gw_hex(id, sizeof(id), id_text);
	gw_hex(salted, SALT_BYTES, salt);
	gw_hex(digest, sizeof(digest), hash);
	*out = (struct vash_client){gw_arena_text(arena, id_text), gw_arena_span(arena, gw_buf_span(&secret)),
				    gw_arena_printf(arena, "v1$%s$%s", salt, hash)};
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}

static enum gw_code make_token(void *ctx, struct gw_arena *arena, const char **out, struct gw_err *err) {
	GW_UNUSED(ctx);
	uint8_t random[SECRET_BYTES];
	GW_AUTO(buf) struct gw_buf text;
	gw_buf_init(&text, sizeof(random) * 2);
	if (RAND_bytes(random, sizeof(random)) != 1 || gw_base64url(&text, random, sizeof(random)) != GW_OK) {
		return gw_fail(err, GW_E_NOMEM, "no randomness");
	}
	*out = gw_arena_span(arena, gw_buf_span(&text));
	return arena->failed ? gw_fail(err, GW_E_NOMEM, "out of memory") : GW_OK;
}

void outside_port(struct outside *o, struct vash_outside *port) {
	*port = (struct vash_outside){.ctx = o,
				      .certificate = check_certificate,
				      .application = check_application,
				      .token = make_token,
				      .client = make_client,
				      .registers = *o->registers};
}
