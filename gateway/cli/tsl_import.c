#include "gateway/cli/tsl_import.h"

#include <openssl/sha.h>

#include "base/clock.h"
#include "base/text.h"
#include "certs/tsl_judge.h"
#include "gateway/cli/child_tsl.h"
#include "certs/tsl_changes.h"

/* ---- one list after the other ---- */

static void hash(struct gw_span bytes, char hex[TRUSTED_LIST_HEX]) {
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256((const uint8_t *)(bytes.p ? bytes.p : ""), bytes.n, digest);
	gw_hex(digest, sizeof(digest), hex);
}

/* Refused, also for what of the child is no record: the child is not believed. */
static enum gw_code read_list(struct gw_span xml, struct gw_arena *arena, struct tsl *list, struct tsl_signer *signer,
			      json_t **record, struct tsl_refused *refused, struct gw_err *err) {
	struct gw_err unreadable = {0};
	enum gw_code rc = child_tsl(xml, record, refused, err);
	if (rc != GW_OK || refused->why != TSL_REFUSED_NOT) {
		return rc;
	}
	rc = tsl_from_json(*record, arena, list, signer, &unreadable);
	if (rc == GW_E_NOMEM) {
		return gw_fail(err, rc, "%s", unreadable.msg);
	}
	if (rc != GW_OK) {
		tsl_refuse(refused, TSL_REFUSED_CHILD_ANSWER, "%s", unreadable.msg);
	}
	return GW_OK;
}

/* A list of lists whose own signer is pinned, into *lotl. */
static enum gw_code read_lotl(const struct tsl_import *what, struct tsl *lotl, struct tsl_imported *out,
			      struct gw_err *err) {
	struct tsl_signer signer;
	bool pinned = false;
	GW_AUTO(json) json_t *record = NULL;
	const struct tsl_blobs *pins = what->signer.n > 0 ? &what->signer : &what->lotl_signers;
	const struct tsl_demand demand = {.type = TSL_TYPE_LOTL,
					  .at_utc_s = what->at_utc_s,
					  .pins = pins,
					  .not_pinned =
						  pins->n > 0 ? TSL_REFUSED_SIGNER_UNKNOWN : TSL_REFUSED_UNPINNED};
	enum gw_code rc = read_list(what->lotl, &out->arena, lotl, &signer, &record, &out->refused, err);
	if (rc == GW_OK && out->refused.why == TSL_REFUSED_NOT) {
		tsl_judge(lotl, &signer, &demand, &pinned, &out->refused);
	}
	return rc;
}

static void tell_facts(const struct tsl_import *what, const struct tsl_signer *signer, struct tsl_imported *out) {
	struct trusted_list_facts *f = &out->facts;
	struct tsl_counts counts;
	tsl_count(&out->list, what->at_utc_s, &counts);
	*f = (struct trusted_list_facts){.sequence = out->list.sequence,
					 .issued_utc_s = out->list.issued_utc_s,
					 .next_update_utc_s = out->list.next_update_utc_s,
					 .providers = (int64_t)counts.providers,
					 .services = (int64_t)counts.services,
					 .granted_ca_qc = (int64_t)counts.granted_ca_qc};
	gw_copy_text(f->territory, sizeof(f->territory), out->list.territory);
	gw_copy_text(f->signer, sizeof(f->signer), signer->digest_hex);
	hash(what->xml, f->digest);
	out->known = true;
}

/* A number that has been used stands for one content: what it says now may not be said under it again. */
static void compare_in_force(const struct tsl_import *what, struct tsl_imported *out) {
	const struct trusted_list_facts *old = what->in_force;
	if (!old || out->facts.sequence > old->sequence) {
		return;
	}
	out->same = out->facts.sequence == old->sequence && strcmp(out->facts.digest, old->digest) == 0;
	if (!out->same) {
		tsl_refuse(&out->refused,
			   out->facts.sequence < old->sequence ? TSL_REFUSED_OLDER : TSL_REFUSED_SAME_SEQUENCE,
			   "number %lld, in force is %lld", (long long)out->facts.sequence, (long long)old->sequence);
	}
}

static enum gw_code find_changes(const struct tsl_import *what, struct tsl_imported *out, struct gw_err *err) {
	struct tsl old;
	struct tsl_signer signer;
	GW_AUTO(json) json_t *record = NULL;
	if (what->in_force) {
		record = json_loadb(what->in_force_record.p, what->in_force_record.n, 0, NULL);
		enum gw_code rc = tsl_from_json(record, &out->arena, &old, &signer, err);
		if (rc != GW_OK) {
			return gw_wrap(err, rc, "list in force");
		}
	}
	out->changes = tsl_changes(what->in_force ? &old : NULL, &out->list);
	return out->changes ? GW_OK : gw_fail(err, GW_E_NOMEM, "out of memory");
}

/* The list's own signer, its dates, its number. `lotl` NULL: there is no list of lists. */
static void judge(const struct tsl_import *what, const struct tsl *lotl, const struct tsl_signer *signer,
		  struct tsl_imported *out) {
	bool pinned = false;
	struct tsl_blobs named = {0};
	struct tsl_demand demand = {.type = TSL_TYPE_LIST,
				    .territory = what->territory,
				    .at_utc_s = what->at_utc_s,
				    .pins = what->signer.n > 0 ? &what->signer : NULL,
				    .not_pinned = TSL_REFUSED_SIGNER_UNKNOWN,
				    .unpinned_ok = what->unpinned_ok};
	if (lotl) {
		named = tsl_named_signers(lotl, out->list.territory, &out->arena);
		demand.pins = &named;
		demand.not_pinned = TSL_REFUSED_SIGNER_NOT_NAMED;
	}
	bool may = tsl_judge(&out->list, signer, &demand, &pinned, &out->refused);
	gw_copy_text(out->facts.pinned_by, sizeof(out->facts.pinned_by), !pinned ? "" : lotl ? "lotl" : "signer");
	if (may) {
		compare_in_force(what, out);
	}
}

static enum gw_code check(const struct tsl_import *what, struct tsl_imported *out, struct gw_err *err) {
	struct tsl lotl;
	struct tsl_signer signer;
	bool by_lotl = what->lotl.n > 0;
	enum gw_code rc = by_lotl ? read_lotl(what, &lotl, out, err) : GW_OK;
	if (rc != GW_OK || out->refused.why != TSL_REFUSED_NOT) {
		out->of_lotl = true;
		return rc;
	}
	rc = read_list(what->xml, &out->arena, &out->list, &signer, &out->record, &out->refused, err);
	if (rc != GW_OK || out->refused.why != TSL_REFUSED_NOT) {
		return rc;
	}
	tell_facts(what, &signer, out);
	judge(what, by_lotl ? &lotl : NULL, &signer, out);
	return find_changes(what, out, err);
}

enum gw_code tsl_import_check(const struct tsl_import *what, struct tsl_imported *out, struct gw_err *err) {
	*out = (struct tsl_imported){0};
	gw_arena_init(&out->arena, 3UL * TSL_MEMORY_MAX); /* list, list of lists, list in force */
	return check(what, out, err);
}

void tsl_imported_release(struct tsl_imported *t) {
	gw_arena_release(&t->arena);
	json_decref(t->record);
	json_decref(t->changes);
	t->record = t->changes = NULL;
}
