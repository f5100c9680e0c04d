#include "vash/operator.h"

#include "vash/lists.h"

static bool is_reason(const struct vash_codelists *lists, const char *word) {
	for (size_t i = 0; i < lists->reasons.count; i++) {
		if (strcmp(lists->reasons.row[i].code, word) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_administrator(const struct vash_record *r) {
	return r->m.scheme == VASH_SCHEME_ADMINISTRATOR && r->m.user_group == VASH_GROUP_ADMINISTRATOR &&
	       r->m.member_kind == VASH_INDEPENDENT;
}

static int status_of(const struct vash_record *r) {
	return r->m.member_kind == VASH_INDEPENDENT ? r->m.status : r->m.link_status;
}

/* ---- the end of a record ---- */

static void tell_administrator(struct vash_turn *t, const struct vash_record *r, enum vash_say say) {
	int group = r->m.administered_group;
	struct vash_text of = turn_group_full(t, vash_administered_scheme(t->world->lists, group), group);
	turn_mail(t, r->subject.email, say, &of, 1);
}

static void tell_owner(struct vash_turn *t, const struct vash_record *r, const char *reason) {
	if (is_administrator(r)) {
		tell_administrator(t, r, VASH_SAY_mail_administrator_removed);
		return;
	}
	const struct vash_text fill[] = {turn_record_group(t, r), turn_reason_name(t, reason)};
	turn_mail(t, r->subject.email, VASH_SAY_mail_ended, fill, GW_COUNT(fill));
}

/* Applications that nobody can decide now stay, and the chief administrator is told (DECISIONS "Records"). */
static enum gw_code tell_of_waiting(struct vash_turn *t, int group, int64_t leaver) {
	struct vash_records waiting = {0}, all = {0};
	struct vash_text name = turn_group_full(t, vash_administered_scheme(t->world->lists, group), group);
	enum gw_code rc = turn_records(t, VASH_BY_GROUP, group, VASH_PENDING, &waiting);
	rc = rc == GW_OK ? turn_records(t, VASH_BY_ADMINISTRATORS, 0, VASH_ACTIVE, &all) : rc;
	for (size_t i = 0; rc == GW_OK && waiting.count > 0 && i < all.count; i++) {
		const struct vash_record *r = &all.row[i];
		if (r->m.user_group == VASH_GROUP_CHIEF && vash_record_counts(r) && r->subject.id != leaver) {
			turn_mail(t, r->subject.email, VASH_SAY_mail_left_waiting, &name, 1);
		}
	}
	return rc;
}

/* A group has one administrator. `leaver`: the subject, where it is a chief administrator no more either; 0 = stays. */
static enum gw_code leave(struct vash_turn *t, const struct vash_record *r, int64_t leaver) {
	bool decides = is_administrator(r) && vash_record_counts(r);
	return decides ? tell_of_waiting(t, r->m.administered_group, leaver) : GW_OK;
}

static enum gw_code end(struct vash_turn *t, const struct vash_record *r, const char *reason) {
	if (!is_reason(t->world->lists, reason)) {
		return gw_fail(t->err, GW_E_INPUT,
			       "a deletion needs a reason: refused, left, deleted, cascaded or withdrawn");
	}
	if (status_of(r) == VASH_DELETED) {
		return gw_fail(t->err, GW_E_CONFLICT, "record %lld is deleted already", (long long)r->m.id);
	}
	turn_end_record(t, r, reason);
	tell_owner(t, r, reason);
	enum gw_code rc = r->m.member_kind == VASH_INDEPENDENT ? turn_cascade(t, r) : GW_OK;
	return rc == GW_OK ? leave(t, r, 0) : rc;
}

/* ---- any other status ---- */

/* Who has applied with a certificate (vs207, vs208) comes to life by a decision alone: it tests the certificate again,
 * stands in the case and tells him. A record that was entered directly has nothing to decide. */
static bool needs_decision(const struct vash_record *r, enum vash_status to) {
	bool applied = r->has_service && (r->application_id || r->service.possession_token[0]);
	return to == VASH_ACTIVE && applied && status_of(r) != VASH_ACTIVE;
}

static enum gw_code set(struct vash_turn *t, const struct vash_record *r, enum vash_status to) {
	if (needs_decision(r, to)) {
		long long id = (long long)r->m.id;
		return gw_fail(
			t->err, GW_E_CONFLICT,
			r->m.status == VASH_PENDING
				? "record %lld waits for a decision: vashgate case approve %lld"
				: "record %lld needs a decision: make it pending, then vashgate case approve %lld",
			id, id);
	}
	struct vash_write *w = turn_confirm_record(t, r);
	if (w) {
		w->m.status = to;
		w->revives = true;
	}
	if (to == VASH_ACTIVE && is_administrator(r) && status_of(r) != VASH_ACTIVE) {
		tell_administrator(t, r, VASH_SAY_mail_administrator_entered);
	}
	return to == VASH_PENDING ? leave(t, r, 0) : GW_OK;
}

enum gw_code vash_operator_status(struct vash_turn *t, const struct vash_record *r, enum vash_status to,
				  const char *reason) {
	enum gw_code rc = to == VASH_DELETED ? end(t, r, reason) : set(t, r, to);
	return rc == GW_OK && t->arena->failed ? gw_fail(t->err, GW_E_RETRY, "the change is too large") : rc;
}

enum gw_code vash_operator_leaves(struct vash_turn *t, int64_t eceu_id) {
	struct vash_records own = {0};
	enum gw_code rc = turn_records(t, VASH_BY_SUBJECT, eceu_id, VASH_ACTIVE, &own);
	for (size_t i = 0; rc == GW_OK && i < own.count; i++) {
		rc = leave(t, &own.row[i], eceu_id);
	}
	return rc;
}
